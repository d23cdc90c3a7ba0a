# expect: pass
# outcome: finished
# behaviours: 2
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")
a = mp.Lock()
b = mp.Lock()

def work():
    with a:
        with b:
            pass

one = mp.Process(target=work)
two = mp.Process(target=work)
one.start()
two.start()
one.join()
two.join()
