# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["hello\nbye\n"]
# every: yes
# needs: fork
from multiprocessing import Pipe, Process

def work(end):
    print(end.recv())
    end.send("bye")

here, there = Pipe()
process = Process(target=work, args=(there,))
process.start()
here.send("hello")
print(here.recv())
process.join()
