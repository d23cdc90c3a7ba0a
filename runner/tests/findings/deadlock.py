# has: two locks in opposite order
a, b = Lock(), Lock()
def first():
    with a, b: pass
def second():
    with b, a: pass
run(first, second)

# twin: in the same order
a, b = Lock(), Lock()
def first():
    with a, b: pass
def second():
    with a, b: pass
run(first, second)

# has: two get one pill
jobs = Queue()
def worker():
    while jobs.get() is not None: pass
def boss():
    jobs.put(None)
run(worker, worker, boss)

# twin: two get two pills
jobs = Queue()
def worker():
    while jobs.get() is not None: pass
def boss():
    jobs.put(None)
    jobs.put(None)
run(worker, worker, boss)

# has: a barrier for three
meeting = Barrier(3)
def walker():
    meeting.wait()
run(walker, walker)

# twin: a barrier for two
meeting = Barrier(2)
def walker():
    meeting.wait()
run(walker, walker)
