# expect: fail
# outcome: deadlock
# behaviours: 8
import queue
import threading
q = queue.Queue()
def produce():
    q.put(1)
    q.put(None)
def consume():
    while q.get() is not None: pass
ts = [threading.Thread(target=f) for f in (produce, consume, consume)]
for t in ts:
    t.start()
for t in ts:
    t.join()
