# Waits for nothing.
import time

print("asleep", flush=True)
while True:
    time.sleep(1_000_000)
