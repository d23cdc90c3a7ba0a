# expect: pass
# outcome: finished
# stdout: ["3\n"]
from threading import Barrier, Thread

class Parts:
    def __init__(self):
        self.left = 0
        self.right = 0

parts = Parts()
meet = Barrier(2)

def left():
    parts.left = 1
    meet.wait()

t = Thread(target=left)
t.start()
parts.right = 2
meet.wait()
print(parts.left + parts.right)
t.join()
