# expect: fail
# outcome: failed
# finding: lost_update
# needs: fork
from multiprocessing import Process, RawArray

def work(items):
    items[1] += 1

items = RawArray("i", 2)
processes = [Process(target=work, args=(items,)) for _ in range(2)]
for process in processes: process.start()
for process in processes: process.join()
assert items[1] == 2
