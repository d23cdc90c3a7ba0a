"""Takes the place of the hook for exceptions in threads."""
import threading

assert threading.excepthook.__module__ != "__main__", "somebody has been here"


def hook(args):
    pass


threading.excepthook = hook
