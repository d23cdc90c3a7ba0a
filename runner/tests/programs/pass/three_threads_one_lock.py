# expect: pass
# outcome: finished
# behaviours: 6
from threading import Lock, Thread

lock = Lock()

def work():
    with lock:
        pass

threads = [Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
