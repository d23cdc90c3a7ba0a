# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 1
from queue import Queue
from threading import Thread

q = Queue(maxsize=1)

def producer():
    q.put(1)
    q.put(2)

t = Thread(target=producer)
t.start()
t.join()
print(q.get(), q.get())
