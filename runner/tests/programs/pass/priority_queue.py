# expect: pass
# outcome: finished
# stdout: ["1 2\n", "2 1\n"]
# every: yes
from queue import PriorityQueue
from threading import Thread

q = PriorityQueue()

def producer():
    q.put(2)
    q.put(1)

t = Thread(target=producer)
t.start()
print(q.get(), q.get())
t.join()
