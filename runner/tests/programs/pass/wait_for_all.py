# expect: pass
# stdout: [""]
"""After `wait` for all of them every future is done."""
from concurrent.futures import ThreadPoolExecutor, wait

with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(int, number) for number in (1, 2)]
    done, not_done = wait(futures)
    assert len(done) == 2 and not not_done
    assert [future.result() for future in futures] == [1, 2]
