# expect: fail
# outcome: failed
# finding: exception
# needs: fork
import multiprocessing

mp = multiprocessing.get_context("fork")

def work():
    raise ValueError("in the child")

p = mp.Process(target=work)
p.start()
p.join()
print("the parent ends well")
