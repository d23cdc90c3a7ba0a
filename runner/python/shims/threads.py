"""The bottom of threading: locks, and how threads start and end."""

import sys

import _heddle
import _thread


def replace_bottom():
    """Puts our primitives where `threading`, `queue` and the import system look for theirs."""
    _heddle.set_original_start(_thread.start_new_thread)
    _thread.start_new_thread = _thread.start_new = _heddle.start_new_thread
    _thread.allocate_lock = _thread.allocate = _heddle.Lock
    _thread.LockType = _heddle.Lock
    _thread.RLock = _heddle.RLock
    if hasattr(_thread, "lock"):
        _thread.lock = _heddle.Lock
    if hasattr(_thread, "_set_sentinel"):
        _thread._set_sentinel = _heddle.set_sentinel
    if hasattr(_thread, "start_joinable_thread"):
        _replace_handles()
    # The C SimpleQueue waits where we cannot see it; queue falls back to its Python one.
    sys.modules["_queue"] = None


def _replace_handles():
    """3.13 and newer: threads are joined through handles."""

    class Handle:
        """A started thread: its sentinel is given back when it has ended."""

        def __init__(self):
            self.ident = None
            self._sentinel = None
            self._done = False

        def is_done(self):
            if self._sentinel is not None and not self._sentinel.locked():
                self._done = True
            return self._done

        def _set_done(self):
            self._done = True

        def join(self, timeout=None):
            if self._sentinel is None or self._done:
                return
            if self.ident == _thread.get_ident():
                raise RuntimeError("Cannot join current thread")
            if timeout is None or timeout < 0:
                self._sentinel.acquire()
            elif not self._sentinel.acquire(True, timeout):
                return
            self._sentinel.release()
            self._done = True

    def start_joinable_thread(function, handle=None, daemon=True):
        handle = Handle() if handle is None else handle
        ready = _heddle.Lock.internal()
        ready.acquire()

        def body():
            handle.ident = _thread.get_ident()
            handle._sentinel = _heddle.set_sentinel()
            handle._sentinel.acquire()
            if not daemon:
                _non_daemons.append(handle)
            ready.release()
            function()

        _heddle.start_new_thread(body, ())
        ready.acquire()
        return handle

    def make_thread_handle(ident):
        handle = Handle()
        handle.ident = ident
        return handle

    def shutdown():
        while _non_daemons:
            _non_daemons.pop().join()

    _non_daemons = []
    _thread._ThreadHandle = Handle
    _thread.start_joinable_thread = start_joinable_thread
    _thread._make_thread_handle = make_thread_handle
    _thread._shutdown = shutdown
