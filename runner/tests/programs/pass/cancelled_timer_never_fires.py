# expect: pass
# outcome: finished
# stdout: ["cancelled\n"]
from threading import Timer

t = Timer(0.001, print, args=("fired",))
t.start()
t.cancel()
t.join()
print("cancelled")
