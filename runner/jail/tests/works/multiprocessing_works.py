# multiprocessing as a learner uses it, by the start method in the argument.
import multiprocessing
import multiprocessing.shared_memory
import sys


def add(lock, value, queue):
    with lock:
        value.value += 1
    queue.put(value.value)


def write(name):
    memory = multiprocessing.shared_memory.SharedMemory(name)
    memory.buf[0] = 42
    memory.close()


def square(number):
    return number * number


if __name__ == "__main__":
    how = multiprocessing.get_context(sys.argv[1])
    lock, value, queue = how.Lock(), how.Value("i", 0), how.Queue()
    children = [how.Process(target=add, args=(lock, value, queue)) for _ in range(3)]
    for child in children:
        child.start()
    seen = [queue.get() for _ in children]
    for child in children:
        child.join()
    with how.Pool(2) as pool:
        squares = pool.map(square, range(4))
    memory = multiprocessing.shared_memory.SharedMemory(create=True, size=64)
    child = how.Process(target=write, args=(memory.name,))
    child.start()
    child.join()
    print(len(seen), value.value, squares, memory.buf[0], [c.exitcode for c in children])
    memory.close()
    memory.unlink()
