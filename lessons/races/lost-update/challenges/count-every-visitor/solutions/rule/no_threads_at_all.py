from threading import Lock, Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()


def door(guests):
    for _ in range(guests):
        seen = museum.visitors
        museum.visitors = seen + 1


door(2)
door(1)
print(museum.visitors)
