from threading import Lock, Thread


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = Lock()


counter = Lock()  # whoever collects locks does so alone


def transfer(payer, payee, amount):
    with counter:
        payer.lock.acquire()
        payee.lock.acquire()
    payer.balance -= amount
    payee.balance += amount
    payee.lock.release()
    payer.lock.release()


ada = Account("Ada", 100)
bo = Account("Bo", 100)

first = Thread(target=transfer, args=(ada, bo, 30), name="first")
second = Thread(target=transfer, args=(bo, ada, 20), name="second")
first.start()
second.start()
first.join()
second.join()
print(ada.balance, bo.balance)
