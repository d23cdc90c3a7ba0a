# expect: fail
# outcome: deadlock
# finding: deadlock
# needs: fork
from multiprocessing import Pipe, Process

def work(end):
    end.send(end.recv())

here, there = Pipe()
process = Process(target=work, args=(there,))
process.start()
print(here.recv())
here.send("too late")
process.join()
