# expect: pass
# outcome: finished
# finding: race
# behaviours: 36
import itertools
import threading
ids = itertools.count(1)
seen = []
def work(): seen.append(next(ids))
ts = [threading.Thread(target=work) for _ in range(3)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert sorted(seen) == [1, 2, 3]
