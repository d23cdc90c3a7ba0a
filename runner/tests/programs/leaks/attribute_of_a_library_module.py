"""Leaves a mark on a module of the library."""
import queue

assert not hasattr(queue, "mark"), "somebody has been here"
queue.mark = True
