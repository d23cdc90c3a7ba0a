# expect: pass
# outcome: finished
# stdout: ["2\n"]
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")
lock = mp.Lock()
total = mp.Value("i", 0)

def work():
    with lock:
        total.value += 1

workers = [mp.Process(target=work) for _ in range(2)]
for p in workers:
    p.start()
for p in workers:
    p.join()
print(total.value)
