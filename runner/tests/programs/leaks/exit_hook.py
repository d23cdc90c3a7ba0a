"""Registers something for the end of the process."""
import atexit
import threading

main = threading.main_thread()
assert not hasattr(main, "mark"), "somebody has been here"
atexit.register(lambda: setattr(main, "mark", True))
