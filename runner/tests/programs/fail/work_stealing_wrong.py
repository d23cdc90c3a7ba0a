# expect: fail
# outcome: failed
# behaviours: 4
import threading
from collections import deque
jobs = deque([1])
def worker():
    if len(jobs) > 0: jobs.pop()
ts = [threading.Thread(target=worker) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
