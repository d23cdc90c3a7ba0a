# expect: fail
# outcome: failed
# finding: exception
from threading import Condition, Thread

cond = Condition()
items = []

def consumer():
    with cond:
        if not items:
            cond.wait()
        items.pop()

consumers = [Thread(target=consumer) for _ in range(2)]
for t in consumers:
    t.start()
for item in range(2):
    with cond:
        items.append(item)
        cond.notify_all()
for t in consumers:
    t.join()
