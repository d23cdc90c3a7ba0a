# expect: fail
# outcome: failed
# finding: lost_update
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")
total = mp.Value("i", 0)

def work():
    total.value += 1

workers = [mp.Process(target=work) for _ in range(2)]
for p in workers:
    p.start()
for p in workers:
    p.join()
assert total.value == 2
