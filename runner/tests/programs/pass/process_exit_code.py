# expect: pass
# outcome: finished
# stdout: ["3\n"]
# needs: fork
import multiprocessing
import sys

mp = multiprocessing.get_context("fork")

def work():
    sys.exit(3)

p = mp.Process(target=work)
p.start()
p.join()
print(p.exitcode)
