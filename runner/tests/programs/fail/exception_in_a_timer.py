# expect: fail
# outcome: failed
# finding: exception
from threading import Timer

def ring():
    raise RuntimeError("the bell is broken")

t = Timer(3600, ring)
t.start()
t.join()
