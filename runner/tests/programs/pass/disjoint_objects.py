# expect: pass
# outcome: finished
# behaviours: 1
import threading
class Cell:
    def __init__(self): self.n, self.log = 0, []
    def bump(self):
        self.n += 1
        self.log.append(self.n)
cells = [Cell() for _ in range(3)]
ts = [threading.Thread(target=c.bump) for c in cells]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert [c.n for c in cells] == [1, 1, 1]
