"""Doors through which a program leaves Heddle's sight: files, databases, sockets, other programs.

CPython announces what goes through them, from Python and from C alike (Steve Dower, PEP 578, *Python
Runtime Audit Hooks*, 2019). Under control each is a step that commutes with nothing, because nobody
knows what it touches, and is told to the trace by name, which forbids a proof.

Files that are only read are no door: what changes them has to open them for writing.
"""

import os
import sys

import _heddle

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# What the library opens and starts for itself, which its own shims answer for.
_ANSWERED_FOR = ("multiprocessing.", "importlib.", "heddle_shims.")
# These do it on behalf of their callers.
_IN_BETWEEN = frozenset(["os", "tempfile", "shutil", "socket", "random"])


def _opens(args):
    path, _, flags = args
    if isinstance(path, int) or not isinstance(flags, int) or not flags & _WRITING:
        return None
    return f"the file {_short(path)}"


def _names(words):
    return lambda args: words


def _with_path(words):
    return lambda args: f"{words} {_short(args[0])}"


def _with_name(words):
    return lambda args: f"{words} {_short(os.path.basename(os.fspath(args[0])))}"


def _short(path):
    text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else str(path)
    return repr(text if len(text) <= 40 else "…" + text[-39:])


_FILES = _names("a change to files")
_SIGNALS = _names("signals")

# By audit event: what the program uses, in words; or `None` where it is harmless.
_DOORS = {
    "open": _opens,
    "sqlite3.connect": _with_path("the database"),
    "socket.__new__": _names("a socket"),
    "subprocess.Popen": _with_name("the program"),
    "os.system": _names("a shell"),
    "os.exec": _with_name("the program"),
    "os.posix_spawn": _with_name("the program"),
    "os.spawn": _names("another program"),
    "pty.spawn": _names("another program"),
    "fcntl.flock": _names("a lock on a file"),
    "fcntl.lockf": _names("a lock on a file"),
    "os.lockf": _names("a lock on a file"),
    "os.kill": _SIGNALS,
    "os.killpg": _SIGNALS,
    "signal.pthread_kill": _SIGNALS,
    **dict.fromkeys(
        ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
         "os.chmod", "os.utime"),
        _FILES,
    ),
}

_is_watching = False


def watch():
    """From here on, for as long as this process lives; in a controlled execution only, because a free
    run should not pay for it."""
    global _is_watching
    if not _is_watching:
        _is_watching = True
        sys.addaudithook(_look)


def _look(event, args):
    door = _DOORS.get(event)
    if door is None or _heddle.mode() != 2:
        return
    words = door(args)
    if words is not None and not _is_answered_for(sys._getframe(1)):
        _heddle.external(words)


def _is_answered_for(frame):
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module not in _IN_BETWEEN:
            return module.startswith(_ANSWERED_FOR) or module.startswith("_frozen_importlib")
        frame = frame.f_back
    return False
