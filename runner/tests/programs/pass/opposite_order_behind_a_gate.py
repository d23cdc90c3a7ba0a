# expect: pass
# outcome: finished
# behaviours: 2
from threading import Lock, Thread

gate, a, b = Lock(), Lock(), Lock()

def work(first, second):
    with gate:
        with first:
            with second:
                pass

one = Thread(target=work, args=(a, b))
two = Thread(target=work, args=(b, a))
one.start()
two.start()
one.join()
two.join()
