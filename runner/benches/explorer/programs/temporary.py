# name: lost update through a variable
# fails: yes
import threading


class Account:
    def __init__(self):
        self.balance = 100


def withdraw(account):
    balance = account.balance
    balance -= 30
    account.balance = balance


def deposit(account):
    balance = account.balance
    balance += 50
    account.balance = balance


setup = Account
workers = [withdraw, deposit]


def invariant(account):
    return account.balance == 120
