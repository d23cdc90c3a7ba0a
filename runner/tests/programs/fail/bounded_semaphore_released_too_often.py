# expect: fail
# outcome: failed
# finding: exception
from threading import BoundedSemaphore, Thread

seats = BoundedSemaphore(1)
t = Thread(target=seats.release)
t.start()
t.join()
