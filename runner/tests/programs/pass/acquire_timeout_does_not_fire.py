# expect: pass
# outcome: finished
# stdout: ["True\n"]
from threading import Lock, Thread

lock = Lock()

def holder():
    with lock:
        pass

t = Thread(target=holder)
t.start()
got = lock.acquire(timeout=0.001)
if got:
    lock.release()
t.join()
print(got)
