from threading import Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()


def one_more(count):
    return count + 1


def door():
    for _ in range(500_000):
        museum.visitors = one_more(museum.visitors)


left = Thread(target=door, name="left")
right = Thread(target=door, name="right")
left.start()
right.start()
left.join()
right.join()
print("counted", museum.visitors, "of 1000000")
