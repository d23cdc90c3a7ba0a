# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 7
from threading import Lock, Thread

forks = [Lock(), Lock(), Lock()]

def dine(left, right):
    with left:
        with right:
            pass

table = [Thread(target=dine, args=(forks[i], forks[(i + 1) % 3]))
         for i in range(3)]
for philosopher in table:
    philosopher.start()
for philosopher in table:
    philosopher.join()
