# expect: pass
# outcome: finished
# stdout: ["1 2\n", "2 1\n"]
# every: yes
from queue import LifoQueue
from threading import Thread

q = LifoQueue()

def producer():
    q.put(1)
    q.put(2)

t = Thread(target=producer)
t.start()
print(q.get(), q.get())
t.join()
