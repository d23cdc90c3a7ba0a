# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Event, Thread

ready = Event()

def waiter():
    ready.wait()

t = Thread(target=waiter)
t.start()
ready.set()
ready.clear()
t.join()
