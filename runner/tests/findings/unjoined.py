# has: a daemon saves, nobody waits
lock = Lock()
def save():
    with lock: print("saved")
Thread(target=save, daemon=True).start()

# twin: a daemon saves, and is joined
lock = Lock()
def save():
    with lock: print("saved")
saver = Thread(target=save, daemon=True)
saver.start()
saver.join()

# has: jobs that nobody waits for
jobs = Queue()
def worker():
    while True:
        jobs.get()
        print("done")
        jobs.task_done()
Thread(target=worker, daemon=True).start()
jobs.put(1)
jobs.put(2)

# twin: jobs that main waits for
jobs = Queue()
def worker():
    while True:
        jobs.get()
        print("done")
        jobs.task_done()
Thread(target=worker, daemon=True).start()
jobs.put(1)
jobs.put(2)
jobs.join()
