# expect: fail
# outcome: deadlock
# finding: deadlock
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")
lock = mp.Lock()

def work():
    lock.acquire()

p = mp.Process(target=work)
p.start()
p.join()
with lock:
    print("never")
