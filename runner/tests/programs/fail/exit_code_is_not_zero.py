# expect: fail
# outcome: exited
import sys
from threading import Thread

t = Thread(target=print, args=("working",))
t.start()
t.join()
sys.exit(2)
