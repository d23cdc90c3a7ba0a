# expect: fail
# outcome: failed
# finding: race
from threading import Thread

class Shop:
    def __init__(self):
        self.stock = 1

shop = Shop()

def buy():
    if shop.stock > 0:
        shop.stock -= 1

one = Thread(target=buy)
two = Thread(target=buy)
one.start()
two.start()
one.join()
two.join()
assert shop.stock >= 0
