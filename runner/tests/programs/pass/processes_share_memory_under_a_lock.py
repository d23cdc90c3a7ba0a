# expect: pass
# outcome: finished
# behaviours: 2
# needs: fork
from multiprocessing import Lock, Process
from multiprocessing.shared_memory import SharedMemory

def work(block, lock):
    with lock:
        block.buf[0] += 1

block, lock = SharedMemory(create=True, size=8), Lock()
processes = [Process(target=work, args=(block, lock)) for _ in range(2)]
for process in processes: process.start()
for process in processes: process.join()
count = block.buf[0]
block.close()
block.unlink()
assert count == 2
