# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 1
from threading import Lock, Thread

lock = Lock()

def inner():
    with lock:
        pass

def outer():
    with lock:
        inner()

t = Thread(target=outer)
t.start()
t.join()
