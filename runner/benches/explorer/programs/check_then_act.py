# name: check, then act, 3 threads
# fails: yes
import threading


class Shop:
    def __init__(self):
        self.left = 2
        self.lock = threading.Lock()


def buy(shop):
    if shop.left > 0:
        with shop.lock:
            shop.left -= 1


setup = Shop
workers = [buy, buy, buy]


def invariant(shop):
    return shop.left >= 0
