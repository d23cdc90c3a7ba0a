# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Condition, Thread

class Light:
    def __init__(self):
        self.green = False

light = Light()
cond = Condition()

def car():
    if not light.green:
        with cond:
            cond.wait()

t = Thread(target=car)
t.start()
light.green = True
with cond:
    cond.notify()
t.join()
