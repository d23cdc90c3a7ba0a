# expect: fail
# outcome: failed
# behaviours: 6
import threading
lock = threading.Lock()
class Config:
    pass
instance = None
def get():
    global instance
    if instance is None:
        with lock:
            if instance is None:
                instance = Config()
                instance.value = 7
    assert instance.value == 7
ts = [threading.Thread(target=get) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
