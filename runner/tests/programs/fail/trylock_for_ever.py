# expect: fail
# outcome: livelock
# finding: livelock
import time
from threading import Lock, Thread

lock = Lock()

def stubborn():
    while not lock.acquire(blocking=False):
        time.sleep(0.01)

t = Thread(target=stubborn)
lock.acquire()
t.start()
t.join()
