# expect: fail
# outcome: failed
# behaviours: 4
import threading
d = {1: 1, 2: 2}
def walk():
    for k in d: pass
def grow(): d[3] = 3
ts = [threading.Thread(target=walk), threading.Thread(target=grow)]
for t in ts:
    t.start()
for t in ts:
    t.join()
