# expect: fail
# outcome: deadlock
# finding: deadlock
# needs: fork
from multiprocessing import Pipe, Process

def work(end):
    end.send(b"x" * 1_000_000)

here, there = Pipe()
process = Process(target=work, args=(there,))
process.start()
process.join()
print(len(here.recv()))
