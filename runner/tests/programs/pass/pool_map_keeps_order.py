# expect: pass
# outcome: finished
# stdout: ["[1, 4]\n"]
from concurrent.futures import ThreadPoolExecutor

def square(x):
    return x * x

with ThreadPoolExecutor(max_workers=1) as pool:
    print(list(pool.map(square, [1, 2])))
