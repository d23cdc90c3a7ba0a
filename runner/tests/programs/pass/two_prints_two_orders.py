# expect: pass
# outcome: finished
# behaviours: 2
# stdout: ["a\nb\n", "b\na\n"]
# every: yes
from threading import Thread

first = Thread(target=print, args=("a",))
second = Thread(target=print, args=("b",))
first.start()
second.start()
first.join()
second.join()
