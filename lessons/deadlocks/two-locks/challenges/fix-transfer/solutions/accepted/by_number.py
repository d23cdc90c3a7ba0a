from threading import Lock, Thread


class Account:
    def __init__(self, number, owner, balance):
        self.number = number
        self.owner = owner
        self.balance = balance
        self.lock = Lock()


def transfer(payer, payee, amount):
    if payer.number < payee.number:
        one, other = payer, payee
    else:
        one, other = payee, payer
    with one.lock, other.lock:
        payer.balance -= amount
        payee.balance += amount


ada = Account(1, "Ada", 100)
bo = Account(2, "Bo", 100)

first = Thread(target=transfer, args=(ada, bo, 30), name="first")
second = Thread(target=transfer, args=(bo, ada, 20), name="second")
first.start()
second.start()
first.join()
second.join()
print(ada.balance, bo.balance)
