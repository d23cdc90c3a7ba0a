# expect: pass
# outcome: finished
# behaviours: 1
import threading
rows = [[0, 0], [0, 0]]
def work(i):
    row = rows[i]
    for k, x in enumerate(row): row[k] = x + 1
    rows[i][0] += sum(row)
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert rows == [[3, 1], [3, 1]]
