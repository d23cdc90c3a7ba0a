# expect: pass
# outcome: finished
# stdout: ["go\n"]
from threading import Condition, Thread

class Light:
    def __init__(self):
        self.green = False

light = Light()
cond = Condition()

def car():
    with cond:
        cond.wait_for(lambda: light.green)
    print("go")

t = Thread(target=car)
t.start()
with cond:
    light.green = True
    cond.notify_all()
t.join()
