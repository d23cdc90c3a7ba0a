# expect: fail
# outcome: failed
# behaviours: 6
import threading
from functools import lru_cache
computed = []
@lru_cache(maxsize=None)
def f(x):
    computed.append(x)
    return x * x
ts = [threading.Thread(target=f, args=(3,)) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert computed == [3]
