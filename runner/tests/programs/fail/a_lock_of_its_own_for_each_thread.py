# expect: fail
# outcome: failed
# finding: lost_update
from threading import Lock, Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def work():
    with Lock():
        c.n += 1

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
assert c.n == 2
