# name: lost update after a barrier
# fails: yes
import threading


class Race:
    def __init__(self):
        self.start = threading.Barrier(2)
        self.n = 0


def run(race):
    race.start.wait()
    race.n += 1


setup = Race
workers = [run, run]


def invariant(race):
    return race.n == 2
