# expect: pass
# outcome: finished
# stdout: ["False\n"]
from threading import Event

never = Event()
print(never.wait(timeout=86400))
