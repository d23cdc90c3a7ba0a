# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["[1, 1]\n"]
from threading import Thread

cells = [0, 0]

def work(i):
    cells[i] += 1

threads = [Thread(target=work, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(cells)
