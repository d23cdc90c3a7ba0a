# expect: pass
# outcome: finished
# behaviours: 4
import threading
class RWLock:
    def __init__(self):
        self.cond = threading.Condition()
        self.readers, self.writer = 0, False
    def acquire_read(self):
        with self.cond:
            while self.writer: self.cond.wait()
            self.readers += 1
    def release_read(self):
        with self.cond:
            self.readers -= 1
            if not self.readers: self.cond.notify_all()
    def acquire_write(self):
        with self.cond:
            while self.writer or self.readers: self.cond.wait()
            self.writer = True
    def release_write(self):
        with self.cond:
            self.writer = False
            self.cond.notify_all()
lock, data = RWLock(), {"a": 0, "b": 0}
def reader():
    lock.acquire_read()
    assert data["a"] == data["b"]
    lock.release_read()
def writer():
    lock.acquire_write()
    data["a"] += 1
    data["b"] += 1
    lock.release_write()
ts = [threading.Thread(target=f) for f in (reader, writer)]
for t in ts:
    t.start()
for t in ts:
    t.join()
