# expect: fail
# outcome: failed
# finding: exception
from queue import PriorityQueue
from threading import Thread

q = PriorityQueue()

def producer():
    q.put(2)
    q.put(1)

t = Thread(target=producer)
t.start()
first = q.get()
t.join()
assert first == 1
