# expect: fail
# outcome: failed
import threading
cache = {}
computed = []
def f(x):
    if x not in cache:
        computed.append(x)
        cache[x] = x * x
    return cache[x]
ts = [threading.Thread(target=f, args=(3,)) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert computed == [3]
