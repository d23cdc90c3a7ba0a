# expect: pass
# outcome: finished
# behaviours: 1
import contextvars
import threading
v = contextvars.ContextVar("v", default=0)
def work(n):
    v.set(n)
    assert v.get() == n
ts = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
