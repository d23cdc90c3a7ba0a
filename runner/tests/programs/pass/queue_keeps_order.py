# expect: pass
# outcome: finished
# stdout: ["a b\n"]
from queue import Queue
from threading import Thread

q = Queue()

def producer():
    q.put("a")
    q.put("b")

t = Thread(target=producer)
t.start()
print(q.get(), q.get())
t.join()
