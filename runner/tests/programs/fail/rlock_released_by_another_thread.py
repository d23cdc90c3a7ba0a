# expect: fail
# outcome: failed
# finding: exception
from threading import RLock, Thread

lock = RLock()
lock.acquire()
t = Thread(target=lock.release)
t.start()
t.join()
lock.release()
