# expect: pass
# outcome: finished
# stdout: ["ada 1\ngrace 2\n", "grace 2\nada 1\n"]
# every: yes
from threading import Thread, current_thread

def work(n):
    print(current_thread().name, n)

threads = [Thread(target=work, args=(1,), name="ada"),
           Thread(target=work, kwargs={"n": 2}, name="grace")]
for t in threads:
    t.start()
for t in threads:
    t.join()
