# expect: pass
# outcome: finished
# behaviours: 1
import threading
class Stats:
    def __init__(self): self.reads, self.writes = 0, 0
stats = Stats()
def a():
    for _ in range(3): stats.reads += 1
def b():
    for _ in range(3): stats.writes += 1
ts = [threading.Thread(target=f) for f in (a, b)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert (stats.reads, stats.writes) == (3, 3)
