"""Each thread leaves a value of its own behind; the next thread may be the same one of the kernel."""
import threading

own = threading.local()


def mark(number):
    assert not hasattr(own, "mark"), f"found the mark of {own.mark}"
    own.mark = number


mark("main")
for number in range(3):
    thread = threading.Thread(target=mark, args=(number,))
    thread.start()
    thread.join()
assert own.mark == "main"
