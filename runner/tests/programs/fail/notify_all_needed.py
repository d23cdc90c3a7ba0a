# expect: fail
# outcome: deadlock
# behaviours: 8
import threading
c = threading.Condition()
go = False
def waiter():
    with c:
        while not go: c.wait()
def notifier():
    global go
    with c:
        go = True
        c.notify()
ts = [threading.Thread(target=f) for f in (waiter, waiter, notifier)]
for t in ts:
    t.start()
for t in ts:
    t.join()
