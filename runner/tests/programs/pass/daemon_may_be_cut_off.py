# expect: pass
# outcome: finished
# stdout: ["main\n", "daemon\nmain\n", "main\ndaemon\n"]
from threading import Thread

def background():
    print("daemon")

Thread(target=background, daemon=True).start()
print("main")
