# expect: fail
# outcome: deadlock
# finding: deadlock
from queue import Queue
from threading import Thread

q = Queue()

def worker():
    while q.get() is not None:
        pass

workers = [Thread(target=worker) for _ in range(2)]
for t in workers:
    t.start()
q.put(None)
for t in workers:
    t.join()
