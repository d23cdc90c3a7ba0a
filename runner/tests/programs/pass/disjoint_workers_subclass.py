# expect: pass
# outcome: finished
# behaviours: 1
import threading
class Worker(threading.Thread):
    def __init__(self, n):
        super().__init__()
        self.n, self.result = n, None
    def run(self):
        total = 0
        for i in range(self.n): total += i
        self.result = total
ws = [Worker(n) for n in (2, 3)]
for w in ws: w.start()
for w in ws: w.join()
assert [w.result for w in ws] == [1, 3]
