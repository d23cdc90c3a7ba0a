# expect: fail
# outcome: failed
# finding: lost_update
from threading import Semaphore, Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()
two_at_a_time = Semaphore(2)

def work():
    with two_at_a_time:
        c.n += 1

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
assert c.n == 2
