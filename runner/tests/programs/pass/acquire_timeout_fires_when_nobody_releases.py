# expect: pass
# outcome: finished
# stdout: ["False\n"]
from threading import Lock, Thread

lock = Lock()
lock.acquire()

def impatient():
    print(lock.acquire(timeout=60))

t = Thread(target=impatient)
t.start()
t.join()
