from threading import Lock, Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()
lock = Lock()


def door(guests):
    for _ in range(guests):
        lock.acquire()
        try:
            museum.visitors += 1
        finally:
            lock.release()


left = Thread(target=door, args=(2,), name="left")
right = Thread(target=door, args=(1,), name="right")
left.start()
right.start()
left.join()
right.join()
print(museum.visitors)
