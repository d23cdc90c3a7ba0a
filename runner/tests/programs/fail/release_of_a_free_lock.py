# expect: fail
# outcome: failed
# finding: exception
from threading import Lock, Thread

lock = Lock()
t = Thread(target=lock.release)
t.start()
t.join()
