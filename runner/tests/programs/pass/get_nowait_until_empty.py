# expect: pass
# outcome: finished
# stdout: ["2\n"]
from queue import Empty, Queue
from threading import Thread

q = Queue()
q.put(1)
q.put(1)
taken = []

def worker():
    try:
        while True:
            taken.append(q.get_nowait())
    except Empty:
        pass

t = Thread(target=worker)
t.start()
t.join()
print(len(taken))
