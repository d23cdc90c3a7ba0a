# expect: fail
# outcome: failed
"""`as_completed` gives futures in the order of their completion."""
from concurrent.futures import ThreadPoolExecutor, as_completed

with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(int, number) for number in (1, 2)]
    results = [future.result() for future in as_completed(futures)]
assert results == [1, 2], f"not in order: {results}"
