# expect: pass
# outcome: finished
# finding: lock_order
# behaviours: 14
import threading
mutex, room = threading.Lock(), threading.Lock()
readers = 0
data = [0, 0]
def read():
    global readers
    with mutex:
        readers += 1
        if readers == 1: room.acquire()
    a, b = data
    with mutex:
        readers -= 1
        if readers == 0: room.release()
    assert a == b
def write():
    with room:
        data[0] += 1
        data[1] += 1
ts = [threading.Thread(target=f) for f in (read, read, write)]
for t in ts:
    t.start()
for t in ts:
    t.join()
