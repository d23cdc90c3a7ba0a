# expect: fail
# outcome: failed
# finding: exception
from threading import Lock, Thread

a, b = Lock(), Lock()
winners = []

def polite(mine, other):
    with mine:
        if other.acquire(blocking=False):
            winners.append(1)
            other.release()

one = Thread(target=polite, args=(a, b))
two = Thread(target=polite, args=(b, a))
one.start()
two.start()
one.join()
two.join()
assert winners
