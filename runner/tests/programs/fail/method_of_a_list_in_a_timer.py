# expect: fail
# outcome: failed
from threading import Thread, Timer

done = []

timer = Timer(1, done.append, ("timer",))
other = Thread(target=done.append, args=("thread",))
timer.start()
other.start()
timer.join()
other.join()
assert done == ["timer", "thread"]
