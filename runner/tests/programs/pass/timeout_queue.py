# expect: pass
# outcome: finished
# behaviours: 2
import queue
import threading
q = queue.Queue()
got = []
def consume():
    while True:
        try: got.append(q.get(timeout=1))
        except queue.Empty: return
t = threading.Thread(target=consume)
t.start()
for i in range(2): q.put(i)
t.join()
assert got == [0, 1]
