# expect: fail
# outcome: failed
# finding: exception
from concurrent.futures import ThreadPoolExecutor

def work():
    raise ValueError("bad input")

with ThreadPoolExecutor(max_workers=1) as pool:
    pool.submit(work).result()
