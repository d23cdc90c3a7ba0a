# expect: pass
# outcome: finished
# stdout: ["tea\n"]
from threading import Timer

t = Timer(7200, print, args=("tea",))
t.start()
t.join()
