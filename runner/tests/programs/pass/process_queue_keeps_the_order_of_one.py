# expect: pass
# outcome: finished
# stdout: ["0 1\n"]
# needs: fork
from multiprocessing import Process, Queue

def work(queue):
    for number in range(2):
        queue.put(number)

queue = Queue()
process = Process(target=work, args=(queue,))
process.start()
print(queue.get(), queue.get())
process.join()
