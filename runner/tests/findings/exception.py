# has: the result before it is there
results = {}
lock = Lock()
def writer():
    with lock: results["sum"] = 3
def reader():
    with lock: results["sum"]
run(writer, reader)

# twin: the result, or nothing
results = {}
lock = Lock()
def writer():
    with lock: results["sum"] = 3
def reader():
    with lock: results.get("sum")
run(writer, reader)

# has: a lock given back twice
lock = Lock()
def worker():
    lock.acquire()
    lock.release()
    lock.release()
run(worker)

# twin: a lock given back once
lock = Lock()
def worker():
    lock.acquire()
    lock.release()
run(worker)
