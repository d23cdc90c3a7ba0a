# expect: fail
# outcome: deadlock
# behaviours: 3
import threading
a, b = threading.Lock(), threading.Lock()
def one():
    with a:
        with b: pass
def two():
    with b:
        with a: pass
def other(): pass
ts = [threading.Thread(target=f) for f in (one, two, other)]
for t in ts:
    t.start()
for t in ts:
    t.join()
