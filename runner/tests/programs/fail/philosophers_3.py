# expect: fail
# outcome: deadlock
# behaviours: 7
import threading
N = 3
forks = [threading.Lock() for _ in range(N)]
def eat(i):
    with forks[i]:
        with forks[(i + 1) % N]: pass
ts = [threading.Thread(target=eat, args=(i,)) for i in range(N)]
for t in ts:
    t.start()
for t in ts:
    t.join()
