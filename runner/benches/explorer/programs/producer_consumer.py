# name: producer and consumer, 3 items, room for 1
# fails: no
import queue
import threading


class Shop:
    def __init__(self):
        self.shelf = queue.Queue(maxsize=1)
        self.sold = []


def produce(shop):
    for item in range(3):
        shop.shelf.put(item)


def consume(shop):
    for _ in range(3):
        shop.sold.append(shop.shelf.get())


setup = Shop
workers = [produce, consume]


def invariant(shop):
    return shop.sold == [0, 1, 2]
