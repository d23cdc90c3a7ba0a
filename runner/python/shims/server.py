"""The fork server: a warm interpreter that compiles one program and then forks an execution each
time it is told to.

It speaks with the supervisor over descriptor 3: a message is one letter, four bytes of length
(little-endian) and that many bytes. Learner code never runs in this process.

| from the supervisor | answer |
|---|---|
| `L` package and arguments, then the files' names and texts; each with its length | `K` ready: whether it can go round, blind spots; or `E` compile error |
| `X` execute (control and state are on the stage) | `D` when all its processes are gone |
| a new round in the control (to a process that waits for one) | the eventfd, when that round is over |
| `Q` while executing: kill it | (`D` follows) |
"""

import os
import resource  # noqa: F401  (`os.wait4` loads it, which would look like a module that a program left)
import select
import signal
import sys

import _heddle

from . import at_fork, program

CHANNEL, CONTROL, STATE, BELL = 3, 4, 5, 6
_JAILED = os.environ.get("HEDDLE_JAILED") == "1"


def serve():
    """Serves until the supervisor closes the channel."""
    _heddle.open_stage(CONTROL, STATE)
    os.close(CONTROL)
    os.close(STATE)
    program.prepare()
    import site

    site.main()
    _send(b"H", f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}".encode())
    while True:
        message = _receive()
        if message is None:
            os._exit(0)
        letter, body = message
        if letter == b"L":
            _load(body)
        elif letter == b"X":
            _execute()
        # A late Q is for an execution that has ended meanwhile.


def _send(letter, body=b""):
    data = letter + len(body).to_bytes(4, "little") + body
    while data:
        data = data[os.write(CHANNEL, data):]


def _receive():
    head = _read(5)
    if head is None:
        return None
    body = _read(int.from_bytes(head[1:], "little"))
    return None if body is None else (head[:1], body)


def _read(count):
    data = b""
    while len(data) < count:
        piece = os.read(CHANNEL, count - len(data))
        if not piece:
            return None
        data += piece
    return data


def _load(body):
    parts, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at:at + 4], "little")
        parts.append(body[at + 4:at + 4 + length].decode("utf-8"))
        at += 4 + length
    try:
        package, *program.arguments = parts[0].split("\0")
        program.load(list(zip(parts[1::2], parts[2::2])), package)
    except program.NotCompiled as error:
        fields = (error.kind, error.message, error.file, error.line, error.column)
        _send(b"E", "\x1f".join(map(str, fields)).encode())
        return
    spots = ["\x1f".join(map(str, spot)) for spot in program.blind_spots]
    goes_round = "1" if program.baseline is not None else "0"
    _send(b"K", "\x1e".join((goes_round, *spots)).encode())


def _execute():
    if _heddle.is_gil_wanted():
        program.compile_switches()
    at_fork.skipped = _heddle.wanted_mode() == 2
    child = os.fork()
    if child == 0:
        at_fork.skipped = False
        os.close(CHANNEL)
        if _JAILED:
            _heddle.confine_signals()
        else:
            os.setpgid(0, 0)
        program.run(BELL)
    status, usage = _wait(child)
    _clear(child)
    cpu = int((usage.ru_utime + usage.ru_stime) * 1000)
    _send(b"D", f"{status} {cpu} {usage.ru_maxrss}".encode())


def _wait(child):
    """Waits for the first process, or for the order to kill it."""
    pidfd = os.pidfd_open(child)
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(CHANNEL, select.POLLIN)
    while True:
        ready = [fd for fd, _ in poll.poll()]
        if CHANNEL in ready:
            message = _receive()
            if message is None:
                _kill_others(child)
                os._exit(0)
            _kill_others(child)
        if pidfd in ready:
            break
    os.close(pidfd)
    _, status, usage = os.wait4(child, 0)
    return status, usage


def _kill_others(child):
    """Kills every process of the execution. In the jail that is every process but this one and
    its first; outside of it, the execution's process group."""
    try:
        if _JAILED:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _clear(child):
    """Leaves nothing of the execution behind: no process, no file."""
    _kill_others(child)
    _reap(child)
    if _JAILED:
        for folder in ("/tmp", "/dev/shm", program.FOLDER):
            _empty(folder)


def _empty(folder):
    """Removes what an execution has left in a folder. Links are removed, never followed."""
    with os.scandir(folder) as entries:
        for entry in list(entries):
            try:
                if entry.is_dir(follow_symlinks=False):
                    _empty(entry.path)
                    os.rmdir(entry.path)
                else:
                    os.unlink(entry.path)
            except PermissionError:
                pass  # Part of the jail, not the execution's.


def _reap(child):
    while True:
        try:
            # One that was started while the others were killed is killed here.
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                _kill_others(child)
                os.waitpid(-1, 0)
        except ChildProcessError:
            return
