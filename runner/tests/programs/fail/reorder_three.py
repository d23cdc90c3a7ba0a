# expect: fail
# outcome: failed
# behaviours: 36
import threading
a = b = 0
def set_():
    global a, b
    a = 1
    b = -1
def check():
    assert (a, b) in ((0, 0), (1, -1))
ts = [threading.Thread(target=set_), threading.Thread(target=set_), threading.Thread(target=check)]
for t in ts:
    t.start()
for t in ts:
    t.join()
