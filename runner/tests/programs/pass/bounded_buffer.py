# expect: pass
# outcome: finished
# behaviours: 8
import threading
class Buffer:
    def __init__(self, size):
        self.items, self.size = [], size
        self.cond = threading.Condition()
    def put(self, x):
        with self.cond:
            while len(self.items) >= self.size: self.cond.wait()
            self.items.append(x)
            self.cond.notify_all()
    def get(self):
        with self.cond:
            while not self.items: self.cond.wait()
            x = self.items.pop(0)
            self.cond.notify_all()
            return x
b = Buffer(1)
got = []
def produce():
    for i in range(2): b.put(i)
def consume():
    for i in range(2): got.append(b.get())
ts = [threading.Thread(target=f) for f in (produce, consume)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert got == [0, 1]
