# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 3
from threading import RLock, Thread

a = RLock()
b = RLock()

def work(first, second):
    with first, second:
        pass

one = Thread(target=work, args=(a, b))
two = Thread(target=work, args=(b, a))
one.start()
two.start()
one.join()
two.join()
