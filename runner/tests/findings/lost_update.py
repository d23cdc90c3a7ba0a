# has: two add to one number
n = 0
def add():
    global n
    n += 1
run(add, add)

# twin: two add under a lock
n = 0
lock = Lock()
def add():
    global n
    with lock:
        n += 1
run(add, add)

# has: read and written in two blocks
n = 0
lock = Lock()
def add():
    global n
    with lock:
        old = n
    with lock:
        n = old + 1
run(add, add)

# twin: read and written in one block
n = 0
lock = Lock()
def add():
    global n
    with lock:
        old = n
        n = old + 1
run(add, add)

# has: a number for both
class Counter: n = 0
counters = [Counter()]
def add_first(): counters[0].n += 1
def add_last(): counters[-1].n += 1
run(add_first, add_last)

# twin: a number for each
class Counter: n = 0
counters = [Counter(), Counter()]
def add_first(): counters[0].n += 1
def add_last(): counters[-1].n += 1
run(add_first, add_last)

# has: the same, each block in one line
n = 0
lock = Lock()
def add():
    global n
    with lock: old = n
    with lock: n = old + 1
run(add, add)

# twin: the second block reads again
n = 0
lock = Lock()
def add():
    global n
    with lock: old = n
    with lock: n = n + 1
run(add, add)
