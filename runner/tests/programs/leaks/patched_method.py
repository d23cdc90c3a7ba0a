"""Replaces a method of the library."""
import threading

plain = threading.Thread.start
assert plain.__module__ != "__main__", "somebody has been here"


def start(self):
    plain(self)


threading.Thread.start = start
