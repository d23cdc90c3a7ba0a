# expect: fail
# outcome: failed
# finding: lost_update
# behaviours: 4
from threading import Thread

def count():
    n = 0

    def work():
        nonlocal n
        n += 1

    one = Thread(target=work)
    two = Thread(target=work)
    one.start()
    two.start()
    one.join()
    two.join()
    assert n == 2

count()
