# expect: fail
# outcome: deadlock
# behaviours: 1
import threading
a, b = threading.Semaphore(0), threading.Semaphore(0)
def one(): b.acquire(); a.release()
def two(): a.acquire(); b.release()
ts = [threading.Thread(target=f) for f in (one, two)]
for t in ts:
    t.start()
for t in ts:
    t.join()
