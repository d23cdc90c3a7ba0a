# expect: fail
# outcome: failed
# finding: exception
from threading import Timer

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def tick():
    c.n += 1

t = Timer(0, tick)
t.start()
c.n += 1
t.join()
assert c.n == 2
