# expect: pass
# outcome: finished
# stdout: ["5\n"]
from queue import Queue
from threading import Thread

class Box:
    def __init__(self):
        self.value = None

box = Box()
q = Queue()

def worker():
    box.value = q.get()
    q.task_done()

Thread(target=worker).start()
q.put(5)
q.join()
print(box.value)
