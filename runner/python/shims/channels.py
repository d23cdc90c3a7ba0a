"""Pipes, sockets and `select`: what goes through the kernel, under control.

Each call waits for its turn until the kernel would not make it wait, and is then done for real. In a
free run, and for regular files, everything is as Python made it.
"""

import functools
import os
import select
import time

import _heddle

from . import ops

_mode = _heddle.mode
_is_channel = _heddle.is_channel
_transfer = _heddle.transfer

# What fits into a pipe or a socket that `poll` calls writable.
_PIECE = select.PIPE_BUF


def replace():
    """Replaces the calls of `os` and `select`."""
    _replace_os()
    select.poll = _poll_or(select.poll)
    select.select = _select_or(select.select)
    # Others would wait where we cannot see it; `selectors` falls back to `poll`.
    for name in ("epoll", "devpoll", "kqueue"):
        if hasattr(select, name):
            delattr(select, name)


def _replacing(name):
    plain = getattr(os, name)

    def decorate(wrapper):
        wrapped = functools.wraps(plain)(functools.partial(wrapper, plain))
        setattr(os, name, wrapped)
        return wrapped

    return decorate


def _replace_os():
    @_replacing("read")
    def read(plain, fd, length, /):
        if _is_channel(fd):
            _transfer(ops.RECEIVE, fd, os.get_blocking(fd))
        return plain(fd, length)

    @_replacing("write")
    def write(plain, fd, data, /):
        if not _is_channel(fd):
            return plain(fd, data)
        waits = os.get_blocking(fd)
        _transfer(ops.SEND, fd, waits)
        if not waits:
            return plain(fd, data)
        rest = memoryview(data).cast("B")
        total = len(rest)
        while True:
            written = plain(fd, rest[:_PIECE])
            rest = rest[written:]
            if not rest:
                return total
            _transfer(ops.SEND, fd)

    @_replacing("close")
    def close(plain, fd, /):
        if _is_channel(fd):
            _transfer(ops.CLOSE, fd, False)
        return plain(fd)

    @_replacing("pipe")
    def pipe(plain):
        ends = plain()
        _heddle.connect(*ends, False)
        return ends

    @_replacing("pipe2")
    def pipe2(plain, flags, /):
        ends = plain(flags)
        _heddle.connect(*ends, False)
        return ends


def _poll_or(real):
    # A class, because `selectors` makes it an attribute of one, where a function would be a method.
    class poll:
        """Returns a polling object."""

        def __new__(cls):
            return Poll(real()) if _mode() == 2 else real()

    return poll


class Poll:
    """Stands in for `select.poll()` in a controlled execution."""

    def __init__(self, real):
        self._real, self._wanted = real, {}

    def register(self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT):
        self._real.register(fd, eventmask)
        self._wanted[_number(fd)] = eventmask

    def modify(self, fd, eventmask):
        self._real.modify(fd, eventmask)
        self._wanted[_number(fd)] = eventmask

    def unregister(self, fd):
        self._real.unregister(fd)
        del self._wanted[_number(fd)]

    def poll(self, timeout=None):
        if timeout is not None and timeout < 0:
            timeout = None
        _heddle.await_any(list(self._wanted.items()), None if timeout is None else timeout / 1000)
        return self._real.poll(0)


def _number(fd):
    return fd if isinstance(fd, int) else fd.fileno()


def _select_or(real):
    @functools.wraps(real)
    def select_(rlist, wlist, xlist, timeout=None, /):
        if _mode() != 2:
            return real(rlist, wlist, xlist, timeout)
        if not rlist and not wlist and not xlist and timeout is not None:
            time.sleep(timeout)
            return [], [], []
        bits = ((rlist, select.POLLIN), (wlist, select.POLLOUT), (xlist, select.POLLPRI))
        wanted = {}
        for fds, bit in bits:
            for fd in map(_number, fds):
                wanted[fd] = wanted.get(fd, 0) | bit
        _heddle.await_any(list(wanted.items()), timeout)
        return real(rlist, wlist, xlist, 0)

    return select_


def wrap_connection(module):
    """Wraps `multiprocessing.connection`: a message is one step."""
    Connection = module.Connection

    def documented(name, kind):
        plain = getattr(Connection, name)

        @functools.wraps(plain)
        def method(self, *args, **kwargs):
            if _mode() != 2 or self._handle is None:
                return plain(self, *args, **kwargs)
            _transfer(kind, self._handle, kind != ops.CLOSE)
            _heddle.fold()
            try:
                return plain(self, *args, **kwargs)
            finally:
                _heddle.unfold()

        setattr(Connection, name, method)

    for name in ("send", "send_bytes"):
        documented(name, ops.SEND)
    for name in ("recv", "recv_bytes", "recv_bytes_into"):
        documented(name, ops.RECEIVE)
    documented("close", ops.CLOSE)
    plain_poll = Connection.poll

    @functools.wraps(plain_poll)
    def poll(self, timeout=0.0):
        if _mode() != 2 or self._handle is None:
            return plain_poll(self, timeout)
        waits = timeout is None or timeout > 0
        _transfer(ops.POLL, self._handle, waits, timeout)
        _heddle.fold()
        try:
            return plain_poll(self, 0.0)
        finally:
            _heddle.unfold()

    Connection.poll = poll


def wrap_socket(module):
    """Wraps `socket`."""
    plain_pair, Socket = module.socketpair, module.socket

    @functools.wraps(plain_pair)
    def socketpair(*args, **kwargs):
        a, b = plain_pair(*args, **kwargs)
        _heddle.connect(a.fileno(), b.fileno(), True)
        return a, b

    module.socketpair = socketpair

    def waiting(name, kind):
        plain = getattr(Socket, name)

        @functools.wraps(plain)
        def method(self, *args, **kwargs):
            if _mode() == 2 and self.fileno() >= 0:
                patience = self.gettimeout()
                if _transfer(kind, self.fileno(), patience != 0, patience):
                    raise TimeoutError("timed out")
            return plain(self, *args, **kwargs)

        setattr(Socket, name, method)

    for name in ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "accept"):
        waiting(name, ops.RECEIVE)
    for name in ("send", "sendto", "sendmsg"):
        waiting(name, ops.SEND)
    plain_all, plain_connect, plain_shutdown = Socket.sendall, Socket.connect, Socket.shutdown

    @functools.wraps(plain_all)
    def sendall(self, data, *flags):
        if _mode() != 2:
            return plain_all(self, data, *flags)
        rest = memoryview(data).cast("B")
        while rest:
            rest = rest[self.send(rest[:_PIECE], *flags):]

    @functools.wraps(plain_connect)
    def connect(self, address):
        if _mode() == 2:
            _transfer(ops.SEND, self.fileno(), False)
        return plain_connect(self, address)

    @functools.wraps(plain_shutdown)
    def shutdown(self, how):
        if _mode() == 2 and self.fileno() >= 0:
            _transfer(ops.CLOSE, self.fileno(), False)
        return plain_shutdown(self, how)

    Socket.sendall, Socket.connect, Socket.shutdown = sendall, connect, shutdown
    plain_close = Socket._real_close

    @functools.wraps(plain_close)
    def _real_close(self, *args):
        if _mode() == 2 and self.fileno() >= 0:
            _transfer(ops.CLOSE, self.fileno(), False)
        return plain_close(self, *args)

    Socket._real_close = _real_close
