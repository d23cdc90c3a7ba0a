# name: two locks in opposite order
# fails: yes
import threading


class Pair:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()


def one(pair):
    with pair.a:
        with pair.b:
            pass


def other(pair):
    with pair.b:
        with pair.a:
            pass


setup = Pair
workers = [one, other]


def invariant(pair):
    return True
