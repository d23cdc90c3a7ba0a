# expect: pass
# outcome: finished
# stdout: ["main\n"]
from threading import Event, Thread

never = Event()

def background():
    never.wait()
    print("never printed")

Thread(target=background, daemon=True).start()
print("main")
