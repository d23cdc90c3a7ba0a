# expect: pass
# outcome: finished
# stdout: ["empty\n"]
from queue import Empty, Queue
from threading import Thread

q = Queue()

def worker():
    try:
        q.get(timeout=30)
    except Empty:
        print("empty")

t = Thread(target=worker)
t.start()
t.join()
