"""Which programs may be executed again in the same process."""

import ast
import unittest

import recording  # noqa: F401  (makes the shims importable)
from shims import soundness

SOUND = """
import threading
---
from threading import Thread, Lock as L
---
import concurrent.futures
pool = concurrent.futures.ThreadPoolExecutor(2)
---
from concurrent import futures
pool = futures.ThreadPoolExecutor(2)
---
import threading as t
class Worker(t.Thread):
    def __init__(self):
        super().__init__()
        self.done = False
---
from collections import deque
things = deque()
things.append({"a": 1})
---
import sys
print("no", file=sys.stderr)
sys.exit(1)
---
import helper
helper.count = 1
---
vowels = {"a", "e", "i"}
---
import math
print(math.sqrt(2))
"""

UNSOUND = """
import os
---
import threading
threading.mark = 1
---
import threading
also = threading
---
from threading import Thread
Thread.mark = 1
---
from threading import *
---
import threading
threading.settrace(print)
---
import threading
threading.Thread.__init__.__globals__["x"] = 1
---
import queue
del queue.Queue
---
import random
random.seed(5)
---
eval("1")
---
print(id(3))
---
print({object(), object()})
---
print({x for x in things})
---
print(set(things))
---
class Thing:
    def __del__(self):
        pass
---
import collections.abc
collections.abc.Sized.register(int)
---
from enum import Enum
Enum["x"] = 1
---
open("file")
---
async def work():
    pass
"""


def verdict(source):
    return soundness.are_sound([ast.parse(source)], {"__main__", "helper"})


class Soundness(unittest.TestCase):
    def test_programs_that_leave_nothing_behind(self):
        for source in SOUND.split("---"):
            with self.subTest(source=source):
                self.assertTrue(verdict(source))

    def test_programs_that_could_leave_something(self):
        for source in UNSOUND.split("---"):
            with self.subTest(source=source):
                self.assertFalse(verdict(source))

    def test_one_unsound_file_is_enough(self):
        trees = [ast.parse("import threading"), ast.parse("import os")]
        self.assertFalse(soundness.are_sound(trees, {"__main__", "helper"}))


if __name__ == "__main__":
    unittest.main()
