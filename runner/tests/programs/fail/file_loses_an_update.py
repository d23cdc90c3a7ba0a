# expect: fail
# outcome: failed
# finding: exception
import threading

def read():
    with open("/tmp/count") as file:
        return int(file.read())

def write(count):
    with open("/tmp/count", "w") as file:
        file.write(str(count))

def work():
    write(read() + 1)

write(0)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert read() == 2
