# expect: pass
# outcome: finished
# behaviours: 1
# stdout: ["__mp_main__ 1\n__main__ 2 0\n"]
# every: yes
# needs: fork
import multiprocessing

count = 1

def work():
    print(__name__, count)

if __name__ == "__main__":
    count = 2
    process = multiprocessing.get_context("forkserver").Process(target=work)
    process.start()
    process.join()
    print(__name__, count, process.exitcode)
