# expect: fail
# outcome: failed
# finding: lost_update
# needs: fork
import multiprocessing

def work(value):
    value.value += 1

if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    value = spawn.RawValue("i", 0)
    processes = [spawn.Process(target=work, args=(value,)) for _ in range(2)]
    for process in processes: process.start()
    for process in processes: process.join()
    assert value.value == 2
