# has: a lock for each method
n = 0
reads, writes = Lock(), Lock()
def read():
    with reads: return n
def write():
    global n
    with writes: n = 1
run(read, write)

# twin: a lock for both methods
n = 0
reads = writes = Lock()
def read():
    with reads: return n
def write():
    global n
    with writes: n = 1
run(read, write)

# has: a new lock in each task
n = 0
def add():
    global n
    lock = Lock()
    with lock: n += 1
run(add, add)

# twin: one lock made before
n = 0
lock = Lock()
def add():
    global n
    with lock: n += 1
run(add, add)
