# expect: pass
# outcome: finished
# behaviours: 3
# stdout: ["free\n", "taken\n"]
# every: yes
from threading import Lock, Thread

lock = Lock()

def holder():
    with lock:
        pass

t = Thread(target=holder)
t.start()
if lock.acquire(blocking=False):
    lock.release()
    answer = "free"
else:
    answer = "taken"
t.join()
print(answer)
