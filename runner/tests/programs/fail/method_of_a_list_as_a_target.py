# expect: fail
# outcome: failed
# behaviours: 6
from threading import Thread

names = []

one = Thread(target=names.append, args=("one",))
two = Thread(target=names.append, args=("two",))
one.start()
two.start()
assert names[:1] != ["two"]
one.join()
two.join()
