# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["0\n"]
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def work():
    c.n += 1

workers = [mp.Process(target=work) for _ in range(2)]
for p in workers:
    p.start()
for p in workers:
    p.join()
print(c.n)
