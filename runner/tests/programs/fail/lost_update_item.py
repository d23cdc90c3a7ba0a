# expect: fail
# outcome: failed
# finding: lost_update
# behaviours: 4
from threading import Thread

stock = {"apples": 2}

def sell():
    stock["apples"] -= 1

one = Thread(target=sell)
two = Thread(target=sell)
one.start()
two.start()
one.join()
two.join()
assert stock["apples"] == 0
