from threading import Lock, Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()


def door(guests):
    for _ in range(guests):
        seen = museum.visitors
        museum.visitors = seen + 1


left = Thread(target=door, args=(2,), name="left")
right = Thread(target=door, args=(1,), name="right")
left.start()
right.start()
left.join()
right.join()
print(museum.visitors)
