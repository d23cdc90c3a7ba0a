# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 1
from queue import SimpleQueue
from threading import Thread

q = SimpleQueue()
t = Thread(target=q.get)
t.start()
t.join()
