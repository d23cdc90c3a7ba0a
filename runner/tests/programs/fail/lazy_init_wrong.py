# expect: fail
# outcome: failed
# behaviours: 18
import threading
class Service:
    made = 0
    _it = None
    @classmethod
    def get(cls):
        if cls._it is None:
            cls.made += 1
            cls._it = cls()
        return cls._it
ts = [threading.Thread(target=Service.get) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert Service.made == 1
