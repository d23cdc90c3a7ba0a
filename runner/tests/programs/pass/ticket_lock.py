# expect: pass
# outcome: finished
# finding: race
import itertools
import threading
tickets = itertools.count()
serving = 0
inside = 0
def work():
    global serving, inside
    mine = next(tickets)
    while serving != mine: pass
    inside += 1
    assert inside == 1
    inside -= 1
    serving += 1
ts = [threading.Thread(target=work) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
