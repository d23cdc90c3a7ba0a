# expect: fail
# outcome: deadlock
# behaviours: 3
import queue
import threading
q = queue.Queue()
stop = False
def worker():
    while not stop:
        q.get()
t = threading.Thread(target=worker)
t.start()
q.put(1)
stop = True
t.join()
