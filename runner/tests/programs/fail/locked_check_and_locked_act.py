# expect: fail
# outcome: failed
# finding: exception
from threading import Lock, Thread

class Shop:
    def __init__(self):
        self.stock = 1

shop = Shop()
lock = Lock()

def buy():
    with lock:
        there = shop.stock > 0
    if there:
        with lock:
            shop.stock -= 1
            assert shop.stock >= 0

one = Thread(target=buy)
two = Thread(target=buy)
one.start()
two.start()
