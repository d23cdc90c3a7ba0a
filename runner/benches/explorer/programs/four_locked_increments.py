# name: 4 threads, locked increments
# fails: no
import threading


class Counter:
    def __init__(self):
        self.n = 0
        self.lock = threading.Lock()


def increment(counter):
    with counter.lock:
        counter.n += 1


setup = Counter
workers = [increment] * 4


def invariant(counter):
    return counter.n == 4
