# name: a loop that waits for a flag
# fails: no
import threading


class Signal:
    def __init__(self):
        self.ready = False


def wait(signal):
    while not signal.ready:
        pass


def tell(signal):
    signal.ready = True


setup = Signal
workers = [wait, tell]


def invariant(signal):
    return signal.ready
