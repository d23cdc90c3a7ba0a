from threading import Lock, Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()
lock = Lock()


def enter():
    with lock:
        museum.visitors += 1


def door(guests):
    for _ in range(guests):
        with lock:
            enter()


left = Thread(target=door, args=(2,), name="left")
right = Thread(target=door, args=(1,), name="right")
left.start()
right.start()
left.join()
right.join()
print(museum.visitors)
