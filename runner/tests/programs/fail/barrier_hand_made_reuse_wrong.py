# expect: fail
# outcome: deadlock
# behaviours: 96
import threading
mutex, turnstile = threading.Lock(), threading.Semaphore(0)
count = 0
phase = [0, 0]
def wait():
    global count
    with mutex:
        count += 1
        if count == 2:
            turnstile.release(2)
            count = 0
    turnstile.acquire()
def work(i):
    phase[i] = 1
    wait()
    assert phase[1 - i] >= 1
    wait()
    phase[i] = 3
    wait()
ts = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
