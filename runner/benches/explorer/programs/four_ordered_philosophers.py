# name: 4 philosophers in order
# fails: no
import threading


class Table:
    def __init__(self):
        self.forks = [threading.Lock() for _ in range(4)]


def philosopher(seat):
    first, second = sorted([seat, (seat + 1) % 4])

    def eat(table):
        with table.forks[first]:
            with table.forks[second]:
                pass

    return eat


setup = Table
workers = [philosopher(seat) for seat in range(4)]


def invariant(table):
    return True
