# name: two locks in one order
# fails: no
import threading


class Pair:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()


def work(pair):
    with pair.a:
        with pair.b:
            pass


setup = Pair
workers = [work, work]


def invariant(pair):
    return True
