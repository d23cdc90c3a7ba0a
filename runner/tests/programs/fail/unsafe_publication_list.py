# expect: fail
# outcome: failed
# behaviours: 3
import threading
slots = []
def fill():
    slots.append({})
    slots[0]["v"] = 1
def read():
    if slots: assert slots[0].get("v") == 1
ts = [threading.Thread(target=f) for f in (fill, read)]
for t in ts:
    t.start()
for t in ts:
    t.join()
