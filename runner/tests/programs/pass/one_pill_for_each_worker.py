# expect: pass
# outcome: finished
# stdout: ["done\n"]
from queue import Queue
from threading import Thread

q = Queue()

def worker():
    while q.get() is not None:
        pass

threads = [Thread(target=worker) for _ in range(2)]
for t in threads:
    t.start()
for _ in threads:
    q.put(None)
for t in threads:
    t.join()
print("done")
