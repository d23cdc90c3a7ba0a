# expect: pass
# outcome: finished
# behaviours: 1
import threading
e = threading.Event()
def work(): e.set()
t = threading.Thread(target=work)
t.start()
assert e.wait(timeout=5)
t.join()
