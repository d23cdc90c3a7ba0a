# expect: pass
# outcome: finished
# stdout: ["9\n"]
from concurrent.futures import ThreadPoolExecutor

def square(x):
    return x * x

with ThreadPoolExecutor(max_workers=1) as pool:
    print(pool.submit(square, 3).result())
