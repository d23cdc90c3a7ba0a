from threading import Lock, Thread


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = Lock()


def transfer(payer, payee, amount):
    with payer.lock:
        with payee.lock:
            payer.balance -= amount
            payee.balance += amount


ada = Account("Ada", 100)
bo = Account("Bo", 100)

first = Thread(target=transfer, args=(ada, bo, 30), name="first")
second = Thread(target=transfer, args=(bo, ada, 20), name="second")
first.start()
second.start()
first.join()
second.join()
print(ada.balance, bo.balance)
