# expect: fail
# outcome: livelock
# finding: livelock
from threading import Thread

class Flag:
    def __init__(self):
        self.up = False

flag = Flag()

def watcher():
    while not flag.up:
        pass

t = Thread(target=watcher)
t.start()
t.join()
