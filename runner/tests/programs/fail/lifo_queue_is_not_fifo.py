# expect: fail
# outcome: failed
# finding: exception
from queue import LifoQueue
from threading import Thread

q = LifoQueue()

def producer():
    q.put(1)
    q.put(2)

t = Thread(target=producer)
t.start()
first = q.get()
t.join()
assert first == 1
