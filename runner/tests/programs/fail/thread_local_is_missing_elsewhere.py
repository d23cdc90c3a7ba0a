# expect: fail
# outcome: failed
# finding: exception
from threading import Thread, local

mine = local()
mine.name = "main"

def work():
    print(mine.name)

t = Thread(target=work)
t.start()
t.join()
