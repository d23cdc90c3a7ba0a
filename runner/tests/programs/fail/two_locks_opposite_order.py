# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 3
from threading import Lock, Thread

a = Lock()
b = Lock()

def work(first, second):
    with first:
        with second:
            pass

one = Thread(target=work, args=(a, b))
two = Thread(target=work, args=(b, a))
one.start()
two.start()
one.join()
two.join()
