# expect: fail
# outcome: failed
# behaviours: 7
import threading
class Account:
    def __init__(self, n): self.n = n
accounts = [Account(10), Account(10)]
def transfer(i, j, amount):
    accounts[i].n -= amount
    accounts[j].n += amount
ts = [threading.Thread(target=transfer, args=a) for a in ((0, 1, 3), (1, 0, 5))]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert sum(a.n for a in accounts) == 20
