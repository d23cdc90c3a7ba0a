# expect: pass
# outcome: finished
# behaviours: 2
from threading import Lock, Thread

a = Lock()
b = Lock()

def work():
    with a:
        with b:
            pass

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
