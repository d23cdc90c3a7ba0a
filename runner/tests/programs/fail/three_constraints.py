# expect: fail
# outcome: failed
# behaviours: 50
import threading
x = y = 0
lock = threading.Lock()
def one():
    global x
    with lock: x += 1
    with lock: x += 1
def two():
    global y
    with lock: seen = x
    if seen == 1:
        with lock: y = 1
def three():
    with lock: late = y
    with lock: now = x
    assert not (late == 1 and now == 1)
ts = [threading.Thread(target=f) for f in (one, two, three)]
for t in ts:
    t.start()
for t in ts:
    t.join()
