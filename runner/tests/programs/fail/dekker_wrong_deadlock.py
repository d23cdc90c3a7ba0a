# expect: fail
# outcome: livelock
# behaviours: 21
import threading
want = [False, False]
def work(me):
    other = 1 - me
    want[me] = True
    while want[other]: pass
    want[me] = False
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
