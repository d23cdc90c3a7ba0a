# expect: fail
# outcome: failed
# finding: exception
# behaviours: 2
from threading import Thread

class Box:
    def __init__(self):
        self.value = None

box = Box()

def work():
    box.value = 42

t = Thread(target=work)
t.start()
answer = box.value
t.join()
assert answer == 42
