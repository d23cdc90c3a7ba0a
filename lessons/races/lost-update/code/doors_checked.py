from threading import Thread


class Museum:
    def __init__(self):
        self.visitors = 0


museum = Museum()


def door():
    museum.visitors += 1


left = Thread(target=door, name="left")
right = Thread(target=door, name="right")
left.start()
right.start()
left.join()
right.join()
assert museum.visitors == 2, f"counted {museum.visitors} of 2"
