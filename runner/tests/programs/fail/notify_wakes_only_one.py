# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Condition, Thread

class Gate:
    def __init__(self):
        self.is_open = False

gate = Gate()
cond = Condition()

def guest():
    with cond:
        while not gate.is_open:
            cond.wait()

guests = [Thread(target=guest) for _ in range(2)]
for t in guests:
    t.start()
with cond:
    gate.is_open = True
    cond.notify()
for t in guests:
    t.join()
