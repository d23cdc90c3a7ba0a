# expect: pass
# outcome: finished
# finding: race
# behaviours: 4
import threading
lock = threading.Lock()
instance = None
made = []
def get():
    global instance
    if instance is None:
        with lock:
            if instance is None:
                made.append(1)
                instance = object()
    return instance
ts = [threading.Thread(target=get) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert len(made) == 1
