"""Standard output and error as one object of the trace: one `print` is one write."""

import builtins
import io
import sys

import _heddle


class Stream(io.TextIOBase):
    """A text stream whose writes are events."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, error):
        self._error = error
        self.name = "<stderr>" if error else "<stdout>"
        self.buffer = Buffer(self)

    def write(self, text):
        if type(text) is not str:
            if not isinstance(text, str):
                raise TypeError(f"write() argument must be str, not {type(text).__name__}")
            text = str.__str__(text)
        if text:
            _heddle.output(self._error, text.encode("utf-8", "replace").decode("utf-8"))
        return len(text)

    def writable(self):
        return True

    def fileno(self):
        return 2 if self._error else 1


class Buffer(io.BufferedIOBase):
    """The byte side of a stream."""

    def __init__(self, stream):
        self.raw = self
        self._stream = stream

    def write(self, data):
        data = bytes(data)
        self._stream.write(data.decode("utf-8", "replace"))
        return len(data)

    def writable(self):
        return True


_out, _err = Stream(False), Stream(True)
_plain_print = builtins.print


def print_to_trace(*values, sep=None, end=None, file=None, flush=False):
    if file is None:
        file = sys.stdout
    if type(file) is not Stream:
        return _plain_print(*values, sep=sep, end=end, file=file, flush=flush)
    for name, value in (("sep", sep), ("end", end)):
        if not isinstance(value, (str, type(None))):
            kind = type(value).__name__
            raise TypeError(f"{name} must be None or a string, not {kind}")
    sep = " " if sep is None else sep
    end = "\n" if end is None else end
    file.write(sep.join([str(value) for value in values]) + end)


print_to_trace.__name__ = print_to_trace.__qualname__ = "print"
print_to_trace.__doc__ = _plain_print.__doc__


def install():
    """Takes the place of sys.stdout, sys.stderr and print; standard input is empty."""
    sys.stdout = sys.__stdout__ = _out
    sys.stderr = sys.__stderr__ = _err
    builtins.print = print_to_trace
    sys.stdin = sys.__stdin__ = io.StringIO("")
