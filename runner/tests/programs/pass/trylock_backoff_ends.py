# expect: pass
# outcome: finished
# stdout: ["got it\n"]
import time
from threading import Lock, Thread

lock = Lock()

def patient():
    while not lock.acquire(blocking=False):
        time.sleep(0.01)
    lock.release()

lock.acquire()
t = Thread(target=patient)
t.start()
lock.release()
t.join()
print("got it")
