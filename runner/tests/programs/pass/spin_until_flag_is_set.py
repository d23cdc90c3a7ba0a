# expect: pass
# outcome: finished
# finding: race
# stdout: ["seen\n"]
import time
from threading import Thread

class Flag:
    def __init__(self):
        self.up = False

flag = Flag()

def watcher():
    while not flag.up:
        time.sleep(0.01)
    print("seen")

t = Thread(target=watcher)
t.start()
flag.up = True
t.join()
