# expect: fail
# outcome: failed
# finding: exception
import time
from threading import Thread

class Box:
    def __init__(self):
        self.value = None

box = Box()

def work():
    box.value = 42

Thread(target=work).start()
time.sleep(10)
assert box.value == 42
