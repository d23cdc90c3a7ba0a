"""Leaves a mark on the object of the main thread."""
import threading

main = threading.current_thread()
assert not hasattr(main, "mark"), "somebody has been here"
main.mark = True
assert main.name == "MainThread"
main.name = "renamed"
