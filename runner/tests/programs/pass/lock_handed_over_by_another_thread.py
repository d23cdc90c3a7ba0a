# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["go\n"]
from threading import Lock, Thread

closed = Lock()
closed.acquire()

def opener():
    closed.release()

t = Thread(target=opener)
t.start()
closed.acquire()
print("go")
t.join()
