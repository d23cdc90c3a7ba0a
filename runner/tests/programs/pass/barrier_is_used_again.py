# expect: pass
# outcome: finished
# stdout: ["done\n"]
from threading import Barrier, Thread

meet = Barrier(2)

def walker():
    meet.wait()
    meet.wait()

t = Thread(target=walker)
t.start()
meet.wait()
meet.wait()
t.join()
print("done")
