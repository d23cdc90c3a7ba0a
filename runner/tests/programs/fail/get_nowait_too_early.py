# expect: fail
# outcome: failed
# finding: exception
# behaviours: 2
from queue import Queue
from threading import Thread

q = Queue()

def consumer():
    q.get_nowait()

t = Thread(target=consumer)
t.start()
q.put(1)
t.join()
