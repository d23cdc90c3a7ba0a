# Containers and state of the standard library.

# case: deque
from collections import deque
shared = deque()
def look(): return len(shared)
def change(): shared.append(1)
def undo(): shared.popleft()

# case: deque by index
from collections import deque
shared = deque([1, 2])
def look(): return shared[0]
def change(): shared.rotate(1)
def undo(): shared.rotate(-1)

# case: deque in a loop
from collections import deque
shared = deque([1, 2])
def look():
    total = 0
    for value in shared:
        total += value
    return total
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: Counter
from collections import Counter
shared = Counter()
def look(): return shared["k"]
def change(): shared["k"] += 1
def undo(): shared["k"] -= 1

# case: Counter.update
from collections import Counter
shared = Counter("a")
def look(): return shared["a"]
def change(): shared.update("a")
def undo(): shared.subtract("a")

# case: Counter.most_common
from collections import Counter
shared = Counter("a")
def look(): return shared.most_common(1)[0][1]
def change(): shared.update(["a"])
def undo(): shared.subtract(["a"])

# case: Counter.total and elements
from collections import Counter
shared = Counter("a")
def look(): return shared.total() + len(list(shared.elements()))
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: addition of Counters
from collections import Counter
shared = Counter("a")
def look(): return (shared + Counter("a"))["a"]
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: defaultdict
from collections import defaultdict
shared = defaultdict(int)
def look(): return shared["k"]
def change(): shared["k"] += 1
def undo(): shared["k"] -= 1

# case: defaultdict that reading fills
from collections import defaultdict
shared = defaultdict(int)
def look(): return len(shared)
def change(): shared["k"]
def undo(): shared.pop("k")

# case: defaultdict of lists
from collections import defaultdict
shared = defaultdict(list)
def look(): return len(shared["k"])
def change(): shared["k"].append(1)
def undo(): shared["k"].pop()

# case: OrderedDict
from collections import OrderedDict
shared = OrderedDict(a=1, b=2)
def look(): return list(shared)[0]
def change(): shared.move_to_end("a")
def undo(): shared.move_to_end("b")

# case: OrderedDict.popitem
from collections import OrderedDict
shared = OrderedDict(a=1, b=2)
def look(): return len(shared)
def change(): shared.popitem(last=False)
def undo(): shared["a"] = 1

# case: ChainMap
from collections import ChainMap
front, back = {}, {"k": 1}
shared = ChainMap(front, back)
def look(): return shared["k"]
def change(): front["k"] = 2
def undo(): del front["k"]

# case: ChainMap that stores
from collections import ChainMap
front, back = {}, {"k": 1}
shared = ChainMap(front, back)
def look(): return front.get("k", 0)
def change(): shared["k"] = 2
def undo(): del shared["k"]

# case: ChainMap with get
from collections import ChainMap
front, back = {}, {"k": 1}
shared = ChainMap(front, back)
def look(): return shared.get("k")
def change(): back["k"] = 2
def undo(): back["k"] = 1

# case: UserDict
from collections import UserDict
shared = UserDict(k=1)
def look(): return shared["k"]
def change(): shared["k"] = 2
def undo(): shared["k"] = 1

# case: UserList
from collections import UserList
shared = UserList([1])
def look(): return len(shared)
def change(): shared.append(2)
def undo(): shared.pop()

# case: a subclass of dict
class Table(dict):
    def total(self): return sum(self.values())
shared = Table(k=1)
def look(): return shared.total()
def change(): shared["k"] = 2
def undo(): shared["k"] = 1

# case: a subclass of dict with __missing__
class Table(dict):
    def __missing__(self, key):
        self[key] = 1
        return 1
shared = Table()
def look(): return len(shared)
def change(): shared["k"]
def undo(): shared.clear()

# case: a subclass of dict with super()
class Table(dict):
    def __setitem__(self, key, value): super().__setitem__(key, value)
    def __getitem__(self, key): return super().__getitem__(key)
shared = Table(k=1)
def look(): return shared["k"]
def change(): shared["k"] = 2
def undo(): shared["k"] = 1

# case: a subclass of list
class Stack(list):
    def push(self, value): self.append(value)
shared = Stack()
def look(): return len(shared)
def change(): shared.push(1)
def undo(): shared.pop()

# case: a subclass of list with super()
class Stack(list):
    def append(self, value): super().append(value)
shared = Stack()
def look(): return bool(shared)
def change(): shared.append(1)
def undo(): shared.pop()

# case: a namedtuple that holds a list
from collections import namedtuple
Pair = namedtuple("Pair", "items n")
pair = Pair([], 0)
def look(): return len(pair.items)
def change(): pair.items.append(1)
def undo(): pair.items.pop()

# case: a namedtuple that is replaced
from collections import namedtuple
Pair = namedtuple("Pair", "a n")
pair = Pair(0, 0)
def look(): return pair.n
def change():
    global pair
    pair = pair._replace(n=1)
def undo():
    global pair
    pair = pair._replace(n=0)

# case: array
from array import array
shared = array("i", [1, 2])
def look(): return shared[0]
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: array that grows
from array import array
shared = array("i", [1, 2])
def look(): return sum(shared)
def change(): shared.append(5)
def undo(): shared.pop()

# case: bytearray
shared = bytearray(b"ab")
def look(): return shared[0]
def change(): shared[0] = 5
def undo(): shared[0] = 97

# case: bytearray as text
shared = bytearray(b"ab")
def look(): return shared.decode()
def change(): shared.extend(b"c")
def undo(): shared.pop()

# case: bytes of a bytearray
shared = bytearray(b"ab")
def look(): return bytes(shared)
def change(): shared[0] = 5
def undo(): shared[0] = 97

# case: memoryview
data = bytearray(b"ab")
shared = memoryview(data)
def look(): return data[0]
def change(): shared[0] = 5
def undo(): shared[0] = 97

# case: memoryview that is read
data = bytearray(b"ab")
shared = memoryview(data)
def look(): return shared[0]
def change(): data[0] = 5
def undo(): data[0] = 97

# case: memoryview.tobytes
data = bytearray(b"ab")
shared = memoryview(data)
def look(): return shared.tobytes()
def change(): data[0] = 5
def undo(): data[0] = 97

# case: memoryview in a loop
data = bytearray(b"ab")
shared = memoryview(data)
def look(): return sum(value for value in shared)
def change(): data[0] = 5
def undo(): data[0] = 97

# case: memoryview of a memoryview
data = bytearray(b"ab")
shared = memoryview(data)[0:1]
def look(): return shared[0]
def change(): data[0] = 5
def undo(): data[0] = 97

# case: bytes of a memoryview
data = bytearray(b"ab")
shared = memoryview(data)
def look(): return bytes(shared)
def change(): data[0] = 5
def undo(): data[0] = 97

# case: MappingProxyType
from types import MappingProxyType
data = {"k": 1}
shared = MappingProxyType(data)
def look(): return shared["k"]
def change(): data["k"] = 2
def undo(): data["k"] = 1

# case: MappingProxyType in a loop
from types import MappingProxyType
data = {"k": 1}
shared = MappingProxyType(data)
def look(): return sum(value for value in shared.values())
def change(): data["k"] = 2
def undo(): data["k"] = 1

# case: a view that is kept
data = {"k": 1}
shared = data.values()
def look(): return sum(shared)
def change(): data["k"] = 2
def undo(): data["k"] = 1

# case: the length of a view that is kept
data = {"k": 1}
shared = data.keys()
def look(): return len(shared)
def change(): data["j"] = 2
def undo(): del data["j"]

# case: membership in a view
data = {"k": 1}
def look(): return "j" in data.keys()
def change(): data["j"] = 2
def undo(): del data["j"]

# case: membership in the values
data = {"k": 1}
def look(): return 2 in data.values()
def change(): data["k"] = 2
def undo(): data["k"] = 1

# case: comparison of views
data = {"k": 1}
def look(): return data.keys() == {"k"}
def change(): data["j"] = 2
def undo(): del data["j"]

# case: itertools.count
import itertools
ids = itertools.count(1)
def look(): return (next(ids) + 1) // 2
def change(): next(ids)

# case: itertools.count that two tasks use
import itertools
ids = itertools.count(1)
last = 0
def look(): return last
def change():
    global last
    last = next(ids)

# case: itertools.cycle
import itertools
shared = itertools.cycle([1, 2])
last = [0]
def look(): return last[0]
def change(): last[0] = next(shared)

# case: lru_cache
from functools import lru_cache
@lru_cache
def square(n): return n * n
def look(): return square.cache_info().currsize
def change(): square(3)
def undo(): square.cache_clear()

# case: lru_cache of what changes
from functools import lru_cache
state = [1]
@lru_cache
def read(n): return state[0]
def look(): return state[0]
def change():
    state[0] = 2
    read(1)
def undo(): state[0] = 1

# case: singledispatch
# unseen: settings of the library
from functools import singledispatch
@singledispatch
def kind(value): return "other"
def look(): return kind(1)
def change(): kind.register(int, lambda value: "int")

# case: the state of random
# unseen: random
import random
random.seed(1)
state = random.getstate()
def look(): return random.getstate() == state
def change(): random.random()
def undo(): random.setstate(state)

# case: a generator of random numbers
# unseen: random
import random
source = random.Random(1)
state = source.getstate()
def look(): return source.getstate() == state
def change(): source.random()
def undo(): source.setstate(state)

# case: os.environ
import os
os.environ["HEDDLE_CASE"] = "a"
def look(): return os.environ["HEDDLE_CASE"]
def change(): os.environ["HEDDLE_CASE"] = "b"
def undo(): os.environ["HEDDLE_CASE"] = "a"

# case: an attribute of a library module
# unseen: a module of the library
import string
string.mine = 1
def look(): return string.mine
def change(): string.mine = 2
def undo(): string.mine = 1

# case: sys.path
import sys
def look(): return len(sys.path)
def change(): sys.path.append("x")
def undo(): sys.path.pop()

# case: decimal's context
import decimal
def look(): return decimal.DefaultContext.prec
def change(): decimal.DefaultContext.prec = 5
def undo(): decimal.DefaultContext.prec = 28

# case: logging handlers
# unseen: settings of the library
import logging
log = logging.getLogger("x")
def look(): return len(log.handlers)
def change(): log.addHandler(logging.NullHandler())
def undo(): log.handlers.clear()

# case: a logging level
# unseen: settings of the library
import logging
log = logging.getLogger("x")
log.setLevel(10)
def look(): return log.getEffectiveLevel()
def change(): log.setLevel(20)
def undo(): log.setLevel(10)

# case: a logging handler that collects
import logging
class Keep(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []
    def emit(self, record): self.lines.append(record.getMessage())
keep = Keep()
log = logging.getLogger("x")
log.addHandler(keep)
def look(): return len(keep.lines)
def change(): log.warning("x")
def undo(): keep.lines.pop()

# case: warnings.filters
# unseen: settings of the library
import warnings
def look(): return len(warnings.filters)
def change(): warnings.simplefilter("ignore", ResourceWarning, append=True)

# case: contextvars in one context
import contextvars
value = contextvars.ContextVar("value", default=1)
context = contextvars.copy_context()
seen = [1]
def look(): return seen[0]
def change(): seen[0] = context.run(value.get) + 1
def undo(): seen[0] = 1

# case: a file that both write
# unseen: files
import os, tempfile
path = os.path.join(tempfile.gettempdir(), "case")
open(path, "w").close()
def look():
    with open(path) as file:
        return file.read()
def change():
    with open(path, "a") as file:
        file.write("x")
def undo(): open(path, "w").close()

# case: sqlite3 or other foreign code is named
import ctypes
shared = ctypes.c_int(1)
def look(): return shared.value
def change(): shared.value = 2
def undo(): shared.value = 1

# case: a ctypes array
import ctypes
shared = (ctypes.c_int * 2)()
def look(): return shared[0]
def change(): shared[0] = 2
def undo(): shared[0] = 0

# case: a multiprocessing Value without a lock
import multiprocessing
shared = multiprocessing.Value("i", 1, lock=False)
def look(): return shared.value
def change(): shared.value = 2
def undo(): shared.value = 1

# case: a multiprocessing Value
import multiprocessing
shared = multiprocessing.Value("i", 1)
def look(): return shared.value
def change(): shared.value = 2
def undo(): shared.value = 1

# case: a multiprocessing Array
import multiprocessing
shared = multiprocessing.Array("i", [1, 2])
def look(): return shared[0]
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: a multiprocessing Array's slice
import multiprocessing
shared = multiprocessing.Array("i", [1, 2])
def look(): return sum(shared[:])
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: a multiprocessing RawArray in a loop
import multiprocessing.sharedctypes
shared = multiprocessing.sharedctypes.RawArray("i", [1, 2])
def look(): return sum(value for value in shared)
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: a Fraction that is replaced
from fractions import Fraction
share = Fraction(1, 2)
def look(): return share.numerator
def change():
    global share
    share = share + 1
def undo():
    global share
    share = share - 1

# case: a class made by typing.NamedTuple
from typing import NamedTuple
class Pair(NamedTuple):
    items: list
pair = Pair([])
def look(): return len(pair.items)
def change(): pair.items.append(1)
def undo(): pair.items.pop()

# case: a set in a frozen dataclass
from dataclasses import dataclass, field
@dataclass(frozen=True)
class Box:
    items: set = field(default_factory=set)
box = Box()
def look(): return len(box.items)
def change(): box.items.add(1)
def undo(): box.items.clear()

# case: object.__setattr__ in a frozen dataclass
from dataclasses import dataclass
@dataclass(frozen=True)
class Box:
    n: int = 1
box = Box()
def look(): return box.n
def change(): object.__setattr__(box, "n", 2)
def undo(): object.__setattr__(box, "n", 1)

# case: a csv writer on a shared file
import csv, io
out = io.StringIO()
rows = csv.writer(out)
def look(): return out.getvalue()
def change(): rows.writerow([1])
def undo():
    out.seek(0)
    out.truncate()

# case: a string template
from string import Template
values = {"a": 1}
text = Template("$a")
def look(): return text.substitute(values)
def change(): values["a"] = 2
def undo(): values["a"] = 1

# case: hashlib
import hashlib
digest = hashlib.sha256()
def look(): return digest.hexdigest()
def change(): digest.update(b"x")

# case: textwrap and re on a shared list
import re
words = ["a"]
def look(): return re.sub("x", lambda match: words[0], "x")
def change(): words[0] = "b"
def undo(): words[0] = "a"

# case: heap in an object
import heapq
class Plan:
    def __init__(self): self.heap = []
    def add(self, n): heapq.heappush(self.heap, n)
    def next(self): return heapq.heappop(self.heap)
plan = Plan()
def look(): return len(plan.heap)
def change(): plan.add(1)
def undo(): plan.next()

# case: a graphlib sorter
import graphlib
sorter = graphlib.TopologicalSorter({"a": []})
sorter.prepare()
def look(): return sorter.is_active()
def change(): sorter.done(*sorter.get_ready())
