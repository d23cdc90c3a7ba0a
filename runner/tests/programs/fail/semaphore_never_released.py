# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Semaphore, Thread

seats = Semaphore(1)

def sit():
    seats.acquire()

one = Thread(target=sit)
two = Thread(target=sit)
one.start()
two.start()
one.join()
two.join()
