# expect: fail
# outcome: failed
import threading
number = [0, 0]
inside = 0
def work(i):
    global inside
    number[i] = 1 + max(number)
    for j in range(2):
        while number[j] and (number[j], j) < (number[i], i): pass
    inside += 1
    assert inside == 1
    inside -= 1
    number[i] = 0
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
