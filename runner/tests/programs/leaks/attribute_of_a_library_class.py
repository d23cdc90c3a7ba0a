"""Leaves a mark on a class of the library, through another name of it."""
import threading

Kind = threading.Thread
assert not hasattr(Kind, "mark"), "somebody has been here"
Kind.mark = True
