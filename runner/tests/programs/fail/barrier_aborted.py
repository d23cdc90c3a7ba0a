# expect: fail
# outcome: failed
# finding: exception
from threading import Barrier, Thread

meet = Barrier(2)

def walker():
    meet.wait()

t = Thread(target=walker)
t.start()
meet.abort()
t.join()
