"""Names that the library counts up."""
import threading
from concurrent.futures import ThreadPoolExecutor

names = []


def work():
    names.append(threading.current_thread().name)


thread = threading.Thread(target=work)
thread.start()
thread.join()
with ThreadPoolExecutor(1) as pool:
    pool.submit(work).result()
assert names == ["Thread-1 (work)", "ThreadPoolExecutor-0_0"], f"somebody has been here: {names}"
