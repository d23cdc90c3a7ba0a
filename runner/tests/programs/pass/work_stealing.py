# expect: pass
# outcome: finished
# finding: race
# behaviours: 18
import threading
from collections import deque
jobs = [deque([1, 2]), deque()]
done = []
def worker(i):
    while True:
        try: job = jobs[i].popleft()
        except IndexError:
            try: job = jobs[1 - i].pop()
            except IndexError: return
        done.append(job)
ts = [threading.Thread(target=worker, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert sorted(done) == [1, 2]
