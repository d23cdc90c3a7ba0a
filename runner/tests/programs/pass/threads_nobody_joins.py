# expect: pass
# outcome: finished
# stdout: ["main\nwork\n", "work\nmain\n"]
# every: yes
from threading import Thread

def work():
    print("work")

Thread(target=work).start()
print("main")
