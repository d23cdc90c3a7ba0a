# expect: pass
# outcome: finished
# behaviours: 2
# stdout: ["a b\n"]
from queue import SimpleQueue
from threading import Thread

q = SimpleQueue()

def producer():
    q.put("a")
    q.put("b")

t = Thread(target=producer)
t.start()
first = q.get()
second = q.get()
t.join()
print(first, second)
