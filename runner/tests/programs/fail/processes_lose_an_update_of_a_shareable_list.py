# expect: fail
# outcome: failed
# finding: exception
# needs: fork
from multiprocessing import Process
from multiprocessing.shared_memory import ShareableList

def work(numbers):
    numbers[0] += 1

numbers = ShareableList([0, 7])
processes = [Process(target=work, args=(numbers,)) for _ in range(2)]
for process in processes: process.start()
for process in processes: process.join()
count = numbers[0]
numbers.shm.close()
numbers.shm.unlink()
assert count == 2
