# name: lost wake-up on a condition
# fails: yes
import threading


class Box:
    def __init__(self):
        self.condition = threading.Condition()


def wait(box):
    with box.condition:
        box.condition.wait()


def tell(box):
    with box.condition:
        box.condition.notify()


setup = Box
workers = [wait, tell]


def invariant(box):
    return True
