# expect: pass
# outcome: finished
# behaviours: 4
import threading
from functools import cache
@cache
def f(x): return x * x
got = [0, 0]
def work(i): got[i] = f(3)
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert got == [9, 9]
