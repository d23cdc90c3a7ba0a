# expect: pass
# outcome: finished
# stdout: ["True\n"]
import time

before = time.monotonic()
time.sleep(3600)
print(time.monotonic() - before >= 3600)
