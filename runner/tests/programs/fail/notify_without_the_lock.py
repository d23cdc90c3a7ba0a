# expect: fail
# outcome: failed
# finding: exception
from threading import Condition, Thread

cond = Condition()
t = Thread(target=cond.notify)
t.start()
t.join()
