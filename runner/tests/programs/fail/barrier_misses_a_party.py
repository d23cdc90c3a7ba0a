# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Barrier, Thread

meet = Barrier(3)

def walker():
    meet.wait()

one = Thread(target=walker)
two = Thread(target=walker)
one.start()
two.start()
one.join()
two.join()
