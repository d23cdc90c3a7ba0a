# expect: fail
# outcome: deadlock
# finding: deadlock
from threading import Event, Lock, Thread

lock = Lock()
never = Event()

def background():
    with lock:
        never.wait()

t = Thread(target=background, daemon=True)
t.start()
with lock:
    print("main")
