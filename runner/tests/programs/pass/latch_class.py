# expect: pass
# outcome: finished
# finding: race
# behaviours: 12
import threading
class Latch:
    def __init__(self, n): self.n, self.cond = n, threading.Condition()
    def count_down(self):
        with self.cond:
            self.n -= 1
            if self.n == 0: self.cond.notify_all()
    def wait(self):
        with self.cond: self.cond.wait_for(lambda: self.n == 0)
latch, done = Latch(2), []
def work(i):
    done.append(i)
    latch.count_down()
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
latch.wait()
assert len(done) == 2
for t in ts:
    t.join()
