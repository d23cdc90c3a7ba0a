# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 2
from threading import Barrier, Lock, Thread

meet = Barrier(2)
lock = Lock()

def walker():
    with lock:
        meet.wait()

one = Thread(target=walker)
two = Thread(target=walker)
one.start()
two.start()
one.join()
two.join()
