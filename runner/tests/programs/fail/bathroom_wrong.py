# expect: fail
# outcome: failed
# behaviours: 24
import threading
men = women = 0
mutex = threading.Lock()
def man():
    global men
    with mutex:
        free = women == 0
    if free:
        with mutex: men += 1
        assert women == 0
        with mutex: men -= 1
def woman():
    global women
    with mutex:
        free = men == 0
    if free:
        with mutex: women += 1
        assert men == 0
        with mutex: women -= 1
ts = [threading.Thread(target=f) for f in (man, woman)]
for t in ts:
    t.start()
for t in ts:
    t.join()
