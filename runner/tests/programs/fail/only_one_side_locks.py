# expect: fail
# outcome: failed
# finding: lost_update
from threading import Lock, Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()
lock = Lock()

def careful():
    with lock:
        c.n += 1

def careless():
    c.n += 1

one = Thread(target=careful)
two = Thread(target=careless)
one.start()
two.start()
one.join()
two.join()
assert c.n == 2
