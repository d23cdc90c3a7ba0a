# expect: pass
# outcome: finished
# stdout: ["False\n", "True\n"]
# every: yes
from threading import Event, Thread

ready = Event()
t = Thread(target=ready.set)
t.start()
answer = ready.is_set()
t.join()
print(answer)
