# expect: pass
# outcome: finished
# behaviours: 1
import threading
ready = threading.Event()
value = None
def publish():
    global value
    value = 42
    ready.set()
def subscribe():
    ready.wait()
    assert value == 42
ts = [threading.Thread(target=f) for f in (publish, subscribe, subscribe)]
for t in ts:
    t.start()
for t in ts:
    t.join()
