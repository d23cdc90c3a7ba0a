# name: a worker with a thread pool
# fails: yes
import threading
from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self.n = 0


def increment(counter):
    counter.n += 1


def work(counter):
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(increment, counter)


setup = Counter
workers = [work]


def invariant(counter):
    return counter.n == 2
