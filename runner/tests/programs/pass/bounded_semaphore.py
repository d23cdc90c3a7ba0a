# expect: pass
# outcome: finished
# behaviours: 2
from threading import BoundedSemaphore, Thread

seats = BoundedSemaphore(1)

def sit():
    seats.acquire()
    seats.release()

threads = [Thread(target=sit) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
