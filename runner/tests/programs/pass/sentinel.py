# expect: pass
# outcome: finished
# behaviours: 5
import queue
import threading
q = queue.Queue()
got = []
def produce():
    for i in range(2): q.put(i)
    q.put(None)
def consume():
    while (x := q.get()) is not None: got.append(x)
ts = [threading.Thread(target=f) for f in (produce, consume)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert got == [0, 1]
