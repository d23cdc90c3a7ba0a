# expect: pass
# outcome: finished
# stdout: ["False\n"]
from threading import Condition, Thread

cond = Condition()

def waiter():
    with cond:
        print(cond.wait(timeout=3600))

t = Thread(target=waiter)
t.start()
t.join()
