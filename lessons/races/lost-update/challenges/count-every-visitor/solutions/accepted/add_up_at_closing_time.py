from threading import Lock, Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()
lock = Lock()


def door(guests):
    mine = 0
    for _ in range(guests):
        mine += 1
    with lock:
        museum.visitors += mine


left = Thread(target=door, args=(2,), name="left")
right = Thread(target=door, args=(1,), name="right")
left.start()
right.start()
left.join()
right.join()
print(museum.visitors)
