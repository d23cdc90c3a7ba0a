# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 1
from threading import Event, Thread

ping, pong = Event(), Event()

def play(mine, other):
    other.wait()
    mine.set()

one = Thread(target=play, args=(ping, pong))
two = Thread(target=play, args=(pong, ping))
one.start()
two.start()
one.join()
two.join()
