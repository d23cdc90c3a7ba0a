# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Event, Thread

never = Event()

def quick():
    pass

def stuck():
    never.wait()

one = Thread(target=quick)
two = Thread(target=stuck)
one.start()
two.start()
one.join()
