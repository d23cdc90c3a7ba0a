# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Condition, Thread

cond = Condition()

def waiter():
    with cond:
        cond.wait()

t = Thread(target=waiter)
t.start()
with cond:
    cond.notify()
t.join()
