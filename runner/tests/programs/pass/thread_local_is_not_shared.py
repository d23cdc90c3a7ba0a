# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["0\n"]
from threading import Thread, local

mine = local()
mine.n = 0

def work():
    mine.n = 5
    mine.n += 1

threads = [Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(mine.n)
