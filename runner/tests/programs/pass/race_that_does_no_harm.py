# expect: pass
# outcome: finished
# finding: race
# behaviours: 2
# stdout: ["True\n"]
from threading import Thread

class Flag:
    up = False

flag = Flag()

def raise_it():
    flag.up = True

threads = [Thread(target=raise_it) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(flag.up)
