# expect: pass
# outcome: finished
# behaviours: 4
from queue import Queue
from threading import Thread

q = Queue(maxsize=2)

def producer():
    for item in range(3):
        q.put(item)

def consumer():
    for _ in range(3):
        q.get()

p = Thread(target=producer)
c = Thread(target=consumer)
p.start()
c.start()
p.join()
c.join()
