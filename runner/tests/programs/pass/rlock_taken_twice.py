# expect: pass
# outcome: finished
# behaviours: 2
from threading import RLock, Thread

lock = RLock()

def inner():
    with lock:
        pass

def outer():
    with lock:
        inner()

one = Thread(target=outer)
two = Thread(target=inner)
one.start()
two.start()
one.join()
two.join()
