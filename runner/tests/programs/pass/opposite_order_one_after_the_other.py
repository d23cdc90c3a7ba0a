# expect: pass
# outcome: finished
# behaviours: 1
from threading import Lock, Thread

a, b = Lock(), Lock()

def work(first, second):
    with first:
        with second:
            pass

one = Thread(target=work, args=(a, b))
one.start()
one.join()
two = Thread(target=work, args=(b, a))
two.start()
two.join()
