# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Lock, Thread

lock = Lock()

def work():
    with lock:
        pass

t = Thread(target=work)
t.start()
with lock:
    t.join()
