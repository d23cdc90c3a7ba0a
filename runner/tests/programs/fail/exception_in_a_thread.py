# expect: fail
# outcome: failed
# finding: exception
from threading import Thread

def work():
    return {}["nothing"]

t = Thread(target=work)
t.start()
t.join()
print("the main task ends well")
