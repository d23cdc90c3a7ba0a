# name: 2 threads x 3 increments
# fails: yes
import threading


class Counter:
    def __init__(self):
        self.n = 0


def increment(counter):
    for _ in range(3):
        counter.n += 1


setup = Counter
workers = [increment, increment]


def invariant(counter):
    return counter.n == 6
