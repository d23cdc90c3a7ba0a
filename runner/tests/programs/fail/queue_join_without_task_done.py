# expect: fail
# outcome: deadlock
# finding: deadlock
from queue import Queue
from threading import Thread

q = Queue()

def worker():
    q.get()

Thread(target=worker).start()
q.put(1)
q.join()
