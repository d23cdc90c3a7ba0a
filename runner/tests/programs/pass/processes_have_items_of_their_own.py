# expect: pass
# outcome: finished
# behaviours: 1
# needs: fork
from multiprocessing import Process, RawArray

def work(items, index):
    items[index] += 1

items = RawArray("i", 2)
processes = [Process(target=work, args=(items, i)) for i in range(2)]
for process in processes: process.start()
for process in processes: process.join()
assert items[:] == [1, 1]
