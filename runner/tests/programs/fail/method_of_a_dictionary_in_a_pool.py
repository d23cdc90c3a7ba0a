# expect: fail
# outcome: failed
from concurrent.futures import ThreadPoolExecutor

prices = {"tea": 2}

with ThreadPoolExecutor(1) as pool:
    old = pool.submit(prices.get, "tea")
    prices["tea"] = 3
    assert old.result() == 2
