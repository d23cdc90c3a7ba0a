# name: 2 threads x 1 increment
# fails: yes
import threading


class Counter:
    def __init__(self):
        self.n = 0


def increment(counter):
    counter.n += 1


setup = Counter
workers = [increment, increment]


def invariant(counter):
    return counter.n == 2
