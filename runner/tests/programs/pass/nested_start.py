# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["inner\nouter\nmain\n"]
from threading import Thread

def inner():
    print("inner")

def outer():
    t = Thread(target=inner)
    t.start()
    t.join()
    print("outer")

t = Thread(target=outer)
t.start()
t.join()
print("main")
