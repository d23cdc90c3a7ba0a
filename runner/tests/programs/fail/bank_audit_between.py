# expect: fail
# outcome: failed
# behaviours: 3
import threading
lock = threading.Lock()
a, b = {"n": 10}, {"n": 0}
def move():
    with lock: a["n"] -= 5
    with lock: b["n"] += 5
def audit():
    with lock: total = a["n"] + b["n"]
    assert total == 10
ts = [threading.Thread(target=move), threading.Thread(target=audit)]
for t in ts:
    t.start()
for t in ts:
    t.join()
