# expect: fail
# outcome: failed
# finding: lost_update
# needs: fork
from multiprocessing import Process, RawValue

def work(value):
    value.value += 1

value = RawValue("i", 0)
processes = [Process(target=work, args=(value,)) for _ in range(2)]
for process in processes: process.start()
for process in processes: process.join()
assert value.value == 2
