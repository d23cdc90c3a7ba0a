# expect: pass
# outcome: finished
# behaviours: 2
# needs: fork
import multiprocessing

def work(value, lock):
    with lock:
        value.value += 1

if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    value, lock = spawn.RawValue("i", 0), spawn.Lock()
    processes = [spawn.Process(target=work, args=(value, lock)) for _ in range(2)]
    for process in processes: process.start()
    for process in processes: process.join()
    assert value.value == 2
