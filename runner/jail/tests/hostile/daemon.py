# Leaves a daemon behind that holds the output open.
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1_000_000)
    os._exit(0)
os.wait()
print("parent ends", flush=True)
os._exit(0)
