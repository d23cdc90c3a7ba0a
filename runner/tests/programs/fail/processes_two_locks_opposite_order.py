# expect: fail
# outcome: deadlock
# finding: deadlock
# behaviours: 3
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")
a = mp.Lock()
b = mp.Lock()

def work(first, second):
    with first:
        with second:
            pass

one = mp.Process(target=work, args=(a, b))
two = mp.Process(target=work, args=(b, a))
one.start()
two.start()
one.join()
two.join()
