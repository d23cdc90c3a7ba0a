from threading import Lock, Thread


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = Lock()


def transfer(payer, payee, amount):
    one, other = sorted([payer, payee], key=lambda account: account.owner)
    with one.lock:
        with other.lock:
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
