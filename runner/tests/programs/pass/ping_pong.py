# expect: pass
# outcome: finished
# behaviours: 1
import threading
ping, pong = threading.Event(), threading.Event()
log = []
def a():
    for _ in range(2):
        log.append("ping")
        ping.set()
        pong.wait()
        pong.clear()
def b():
    for _ in range(2):
        ping.wait()
        ping.clear()
        log.append("pong")
        pong.set()
ts = [threading.Thread(target=f) for f in (a, b)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert log == ["ping", "pong"] * 2
