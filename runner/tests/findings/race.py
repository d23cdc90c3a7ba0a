# has: a result before join
total = 0
def adder():
    global total
    total = 3
task = Thread(target=adder)
task.start()
print(total)
task.join()

# twin: a result after join
total = 0
def adder():
    global total
    total = 3
task = Thread(target=adder)
task.start()
task.join()
print(total)

# has: only the writer locks
total = 0
lock = Lock()
def writer():
    global total
    with lock: total = 3
def reader():
    print(total)
run(writer, reader)

# twin: both lock
total = 0
lock = Lock()
def writer():
    global total
    with lock: total = 3
def reader():
    with lock: print(total)
run(writer, reader)

# has: read, then wait for the event
total = 0
ready = Event()
def writer():
    global total
    total = 3
    ready.set()
def reader():
    seen = total
    ready.wait()
run(writer, reader)

# twin: wait for the event, then read
total = 0
ready = Event()
def writer():
    global total
    total = 3
    ready.set()
def reader():
    ready.wait()
    seen = total
run(writer, reader)
