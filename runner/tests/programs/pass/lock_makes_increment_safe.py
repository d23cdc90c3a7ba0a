# expect: pass
# outcome: finished
# behaviours: 2
# stdout: ["2\n"]
from threading import Lock, Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()
lock = Lock()

def work():
    with lock:
        c.n += 1

threads = [Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(c.n)
