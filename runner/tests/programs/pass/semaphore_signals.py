# expect: pass
# outcome: finished
# stdout: ["first\nsecond\n"]
from threading import Semaphore, Thread

first_done = Semaphore(0)

def second():
    first_done.acquire()
    print("second")

t = Thread(target=second)
t.start()
print("first")
first_done.release()
t.join()
