# expect: pass
# outcome: finished
# stdout: ["ready\n"]
from threading import Event, Thread

ready = Event()

def waiter():
    ready.wait()
    print("ready")

t = Thread(target=waiter)
t.start()
ready.set()
t.join()
