# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["42\n"]
from threading import Thread

class Box:
    def __init__(self):
        self.value = None

box = Box()

def work():
    box.value = 42

t = Thread(target=work)
t.start()
t.join()
print(box.value)
