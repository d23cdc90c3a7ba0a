# expect: pass
# outcome: finished
# finding: lock_order
from threading import Lock, Thread

a, b = Lock(), Lock()

def work(first, second):
    with first:
        if second.acquire(timeout=1):
            second.release()

one = Thread(target=work, args=(a, b))
two = Thread(target=work, args=(b, a))
one.start()
two.start()
one.join()
two.join()
