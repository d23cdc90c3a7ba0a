# expect: fail
# outcome: deadlock
# behaviours: 2
import threading
e = threading.Event()
n = 0
def waiter():
    e.clear()
    e.wait()
def setter(): e.set()
ts = [threading.Thread(target=f) for f in (waiter, setter)]
for t in ts:
    t.start()
for t in ts:
    t.join()
