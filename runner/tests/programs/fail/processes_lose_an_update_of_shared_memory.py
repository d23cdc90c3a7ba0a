# expect: fail
# outcome: failed
# finding: lost_update
# needs: fork
from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory

def work(name):
    block = SharedMemory(name)
    block.buf[0] += 1
    block.close()

block = SharedMemory(create=True, size=8)
processes = [Process(target=work, args=(block.name,)) for _ in range(2)]
for process in processes: process.start()
for process in processes: process.join()
count = block.buf[0]
block.close()
block.unlink()
assert count == 2
