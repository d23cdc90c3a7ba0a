# expect: fail
# outcome: failed
from concurrent.futures import ThreadPoolExecutor

seen = set()

with ThreadPoolExecutor(1) as pool:
    results = pool.map(seen.add, [1])
    assert not seen
    list(results)
