"""Uncaught exceptions: told to the trace, and printed as Python does, lines of the program only."""

import sys
import threading

import _heddle

from . import program

# Frames of a long traceback that are shown.
FIRST, LAST = 8, 8


def install():
    """Takes the place of the hooks for uncaught exceptions."""
    threading.excepthook = _thread_hook


def _thread_hook(args):
    if args.exc_type is SystemExit:
        return
    name = args.thread.name if args.thread is not None else "?"
    report(args.exc_value, f"Exception in thread {name}:\n")


def report(error, heading=""):
    """Tells the trace about an uncaught exception and prints it on standard error."""
    kind, message = type(error).__name__, _message(error)
    text = format_error(error)
    _heddle.uncaught(kind, message, text, *_origin(error))
    sys.stderr.write(heading + text)


def _origin(error):
    """(file, line) of the innermost frame of the program; line 0 when there is none."""
    origin, at = (0, 0), error.__traceback__
    while at is not None:
        number = program.number_of(at.tb_frame.f_code.co_filename)
        if number is not None:
            origin = (number, at.tb_lineno)
        at = at.tb_next
    return origin


def _message(error):
    try:
        return str(error)
    except BaseException:
        return "<its __str__ raised>"


def format_error(error, seen=()):
    """The traceback of an exception and what it was caused by."""
    text = ""
    cause = error.__cause__
    link = "\nThe above exception was the direct cause of the following exception:\n\n"
    if cause is None and not error.__suppress_context__:
        cause = error.__context__
        link = "\nDuring handling of the above exception, another exception occurred:\n\n"
    if cause is not None and cause not in seen and len(seen) < 8:
        text = format_error(cause, (*seen, error)) + link
    text += "Traceback (most recent call last):\n" + _format_frames(error.__traceback__)
    message = _message(error)
    return text + type(error).__name__ + (f": {message}\n" if message else "\n")


def _format_frames(at):
    """The frames of the program; of a deep recursion the first and the last ones."""
    frames = []
    while at is not None:
        frame = _format_frame(at.tb_frame.f_code, at.tb_lineno)
        if frame:
            frames.append(frame)
        at = at.tb_next
    more = len(frames) - FIRST - LAST
    if more > 1:
        frames[FIRST:-LAST] = [f"  … {more} more\n"]
    return "".join(frames)


def _format_frame(code, line):
    short = program.short_name(code.co_filename)
    if short is None:
        return ""
    text = f'  File "{short}", line {line}, in {code.co_name}\n'
    source = program.line_of(code.co_filename, line)
    return text + (f"    {source.strip()}\n" if source.strip() else "")
