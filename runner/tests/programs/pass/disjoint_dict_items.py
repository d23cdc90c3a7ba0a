# expect: pass
# outcome: finished
# behaviours: 1
import threading
d = {"a": 0, "b": 0}
def work(k):
    for _ in range(3): d[k] += 1
ts = [threading.Thread(target=work, args=(k,)) for k in d]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert d == {"a": 3, "b": 3}
