# expect: pass
# outcome: finished
# stdout: ["slow\nquick\n", "quick\nslow\n"]
# every: yes
import time
from threading import Thread

def work(seconds, name):
    time.sleep(seconds)
    print(name)

slow = Thread(target=work, args=(1000, "slow"))
quick = Thread(target=work, args=(0.001, "quick"))
slow.start()
quick.start()
slow.join()
quick.join()
