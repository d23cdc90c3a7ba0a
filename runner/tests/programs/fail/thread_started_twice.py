# expect: fail
# outcome: failed
# finding: exception
from threading import Thread

t = Thread(target=print)
t.start()
t.join()
t.start()
