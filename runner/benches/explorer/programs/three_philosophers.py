# name: 3 philosophers
# fails: yes
import threading


class Table:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(3)]


def philosopher(seat):
    def eat(table):
        with table.forks[seat]:
            with table.forks[(seat + 1) % 3]:
                pass

    return eat


setup = Table
workers = [philosopher(seat) for seat in range(3)]


def invariant(table):
    return True
