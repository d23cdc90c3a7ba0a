# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Lock, Thread

lock = Lock()

def work():
    lock.acquire()

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
