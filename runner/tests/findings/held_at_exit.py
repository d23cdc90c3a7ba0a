# has: never given back
lock = Lock()
def worker():
    lock.acquire()
run(worker)

# twin: given back
lock = Lock()
def worker():
    lock.acquire()
    lock.release()
run(worker)

# has: not given back on one of the ways
lock = Lock()
jobs = []
def worker():
    lock.acquire()
    if not jobs: return
    lock.release()
run(worker)

# twin: given back on both ways
lock = Lock()
jobs = []
def worker():
    with lock:
        if not jobs: return
run(worker)

# has: nobody gives it back
lock = Lock()
def taker():
    lock.acquire()
def other():
    pass
run(taker, other)

# twin: another task gives it back
lock = Lock()
taken = Event()
def taker():
    lock.acquire()
    taken.set()
def other():
    taken.wait()
    lock.release()
run(taker, other)
