# expect: pass
# outcome: finished
# stdout: ["False\n"]
from threading import Semaphore, Thread

empty = Semaphore(0)

def hopeful():
    print(empty.acquire(blocking=False))

t = Thread(target=hopeful)
t.start()
t.join()
