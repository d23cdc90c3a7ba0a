"""Garbage with a finaliser, which could run during the next execution."""
import threading

seen = []


class Speaker:
    def __init__(self):
        self.me = self

    def __del__(self):
        threading.main_thread().mark = True


assert not hasattr(threading.main_thread(), "mark"), "somebody has been here"
Speaker()
