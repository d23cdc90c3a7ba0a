# expect: pass
# outcome: finished
# stdout: ["7\n"]
from threading import Event, Thread

class Box:
    def __init__(self):
        self.value = None

box = Box()
done = Event()

def writer():
    box.value = 7
    done.set()

t = Thread(target=writer)
t.start()
done.wait()
print(box.value)
t.join()
