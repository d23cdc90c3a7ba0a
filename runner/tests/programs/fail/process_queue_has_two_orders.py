# expect: fail
# outcome: failed
# finding: exception
# needs: fork
from multiprocessing import Process, Queue

def work(queue, number):
    queue.put(number)

queue = Queue()
processes = [Process(target=work, args=(queue, i)) for i in range(2)]
for process in processes: process.start()
got = [queue.get() for _ in processes]
for process in processes: process.join()
assert got == [0, 1]
