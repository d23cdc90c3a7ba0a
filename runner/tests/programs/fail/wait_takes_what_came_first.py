# expect: fail
# outcome: failed
"""The first future to complete is not always the first one submitted."""
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

with ThreadPoolExecutor(2) as pool:
    first, second = pool.submit(str, 1), pool.submit(str, 2)
    done, _ = wait([first, second], return_when=FIRST_COMPLETED)
    assert first in done, "the second one came first"
