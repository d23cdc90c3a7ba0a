# name: a worker that starts two threads
# fails: yes
import threading


class Counter:
    def __init__(self):
        self.n = 0


def increment(counter):
    counter.n += 1


def work(counter):
    threads = [threading.Thread(target=increment, args=(counter,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


setup = Counter
workers = [work]


def invariant(counter):
    return counter.n == 2
