# expect: pass
# outcome: finished
# stdout: ["1\n"]
from threading import Condition, Thread

cond = Condition()
items = []

def consumer():
    with cond:
        while not items:
            cond.wait()
        print(items.pop())

t = Thread(target=consumer)
t.start()
with cond:
    items.append(1)
    cond.notify()
t.join()
