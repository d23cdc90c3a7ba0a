# expect: fail
# outcome: failed
# behaviours: 16
import threading
class Ids:
    def __init__(self): self.last = 0
    def next(self):
        self.last += 1
        return self.last
ids = Ids()
seen = []
def work(): seen.append(ids.next())
ts = [threading.Thread(target=work) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert len(set(seen)) == 2
