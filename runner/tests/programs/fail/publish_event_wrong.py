# expect: fail
# outcome: failed
# behaviours: 2
import threading
ready = threading.Event()
value = None
def publish():
    global value
    ready.set()
    value = 42
def subscribe():
    ready.wait()
    assert value == 42
ts = [threading.Thread(target=f) for f in (publish, subscribe)]
for t in ts:
    t.start()
for t in ts:
    t.join()
