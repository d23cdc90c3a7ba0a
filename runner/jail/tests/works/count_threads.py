# How many threads can live at one time.
import threading

stop, count = threading.Event(), 1
threading.stack_size(65536)
try:
    while True:
        thread = threading.Thread(target=stop.wait)
        thread.start()
        count += 1
except RuntimeError:
    print(count)
stop.set()
