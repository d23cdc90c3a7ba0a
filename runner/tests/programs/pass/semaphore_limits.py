# expect: pass
# outcome: finished
# behaviours: 2
# stdout: ["2\n"]
from threading import Semaphore, Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()
one_at_a_time = Semaphore(1)

def work():
    with one_at_a_time:
        c.n += 1

threads = [Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(c.n)
