# expect: fail
# outcome: failed
# finding: lost_update
# behaviours: 4
from threading import Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def work():
    c.n += 1

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
assert c.n == 2
