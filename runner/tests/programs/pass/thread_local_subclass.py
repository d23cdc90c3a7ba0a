# expect: pass
# outcome: finished
# behaviours: 1
import threading
class Here(threading.local):
    def __init__(self): self.n = 0
here = Here()
def work():
    here.n += 1
    assert here.n == 1
ts = [threading.Thread(target=work) for n in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
