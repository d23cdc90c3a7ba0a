"""Writes a file and leaves it open."""
import os

assert not os.path.exists("/tmp/mark"), "somebody has been here"
mark = open("/tmp/mark", "w")
