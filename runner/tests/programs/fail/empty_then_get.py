# expect: fail
# outcome: deadlock
# finding: deadlock
from queue import Queue
from threading import Thread

q = Queue()
q.put("the last one")

def taker():
    if not q.empty():
        q.get()

one = Thread(target=taker)
two = Thread(target=taker)
one.start()
two.start()
one.join()
two.join()
