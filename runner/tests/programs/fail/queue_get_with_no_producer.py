# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 1
from queue import Queue
from threading import Thread

q = Queue()
t = Thread(target=q.get)
t.start()
t.join()
