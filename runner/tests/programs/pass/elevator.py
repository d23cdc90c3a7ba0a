# expect: pass
# outcome: finished
# finding: notify_without_waiter
# behaviours: 12
import threading
class Elevator:
    def __init__(self):
        self.cond, self.requests, self.visited = threading.Condition(), [], []
    def request(self, floor):
        with self.cond:
            self.requests.append(floor)
            self.cond.notify()
    def run(self, n):
        for _ in range(n):
            with self.cond:
                self.cond.wait_for(lambda: self.requests)
                self.visited.append(self.requests.pop(0))
e = Elevator()
ts = [threading.Thread(target=e.run, args=(2,))] + [threading.Thread(target=e.request, args=(f,)) for f in (1, 2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert sorted(e.visited) == [1, 2]
