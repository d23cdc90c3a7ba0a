"""Processes: fork, wait, exit; `multiprocessing` on top of them."""

import functools
import os

import _heddle

from . import naming

_mode = _heddle.mode
_plain_exit = os._exit


def replace():
    """Registers the gates of fork (first of all) and replaces fork, waitpid and _exit."""
    os.register_at_fork(
        before=_heddle.before_fork, after_in_child=_heddle.after_fork_in_child
    )
    plain_fork, plain_wait = os.fork, os.waitpid

    def fork():
        announced = _mode() == 2 and not _heddle.is_folded()
        if announced:
            _heddle.announce_start()
        try:
            pid = plain_fork()
        except BaseException:
            _heddle.after_fork_in_parent(0)
            raise
        if pid:
            _heddle.after_fork_in_parent(pid)
        return pid

    def waitpid(pid, options):
        task = _heddle.task_of_process(pid) if pid > 0 and _mode() else None
        if task is None:
            return plain_wait(pid, options)
        if _mode() == 2:
            blocking = not options & os.WNOHANG
            if _heddle.is_folded():
                over = _heddle.is_task_over(task)
            else:
                over = _heddle.join(task, blocking)
            if not over and not blocking:
                return (0, 0)
            # It is over, so the real process is about to be: this wait is short.
            options &= ~os.WNOHANG
        return plain_wait(pid, options)

    def _exit(status):
        end_process(status)

    for wrapper, plain in ((fork, plain_fork), (waitpid, plain_wait), (_exit, _plain_exit)):
        functools.update_wrapper(wrapper, plain)
        setattr(os, plain.__name__, wrapper)


def end_process(status):
    """Ends the calling process as `os._exit` does."""
    if _mode():
        if _heddle.is_first_process():
            _heddle.finish(status)
        _heddle.leave_process()
    _plain_exit(status)


def wrap_process(module):
    """Wraps `multiprocessing.process`, when it has been imported."""
    BaseProcess = module.BaseProcess
    plain_start, plain_join = BaseProcess.start, BaseProcess.join
    plain_alive, plain_bootstrap = BaseProcess.is_alive, BaseProcess._bootstrap

    @functools.wraps(plain_start)
    def start(self):
        if not _mode():
            return plain_start(self)
        _heddle.announce_start(self.name)
        _heddle.fold()
        try:
            plain_start(self)
        finally:
            _heddle.unfold()

    @functools.wraps(plain_join)
    def join(self, timeout=None):
        task = _task_of(self)
        if task is None:
            return plain_join(self, timeout)
        if _mode() == 2:
            if not _heddle.join(task, True, timeout):
                return None
            timeout = None
        else:
            _heddle.join_begins(task)
        _heddle.fold()
        try:
            return plain_join(self, timeout)
        finally:
            _heddle.unfold()
            _heddle.join_ends(task)

    @functools.wraps(plain_alive)
    def is_alive(self):
        task = _task_of(self)
        if task is not None and _mode() == 2 and not _heddle.is_folded():
            _heddle.join(task, False)
        return plain_alive(self)

    @functools.wraps(plain_bootstrap)
    def _bootstrap(self, *args, **kwargs):
        from . import errors

        run = self.run

        def guarded():
            try:
                return run()
            except SystemExit:
                raise
            except BaseException as error:
                errors.report(error, f"Process {self.name}:\n")
                raise SystemExit(1) from None

        self.run = guarded
        return plain_bootstrap(self, *args, **kwargs)

    BaseProcess.start, BaseProcess.join = start, join
    BaseProcess.is_alive, BaseProcess._bootstrap = is_alive, _bootstrap


def _task_of(process):
    if not _mode():
        return None
    popen = getattr(process, "_popen", None)
    return None if popen is None else _heddle.task_of_process(popen.pid)


_made = []


class SharedSemLock:
    """Stands in for `_multiprocessing.SemLock` in a controlled execution."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind, value, maxvalue, name, unlink):
        self.kind, self.maxvalue = kind, maxvalue
        self.name = None
        word = 2 if kind == 0 else 1 if maxvalue == 1 else 3
        self._shared = _heddle.SharedSemaphore(word, value, maxvalue)
        self._owner = None
        # Spawned children get the number, and have been forked with this table.
        self.handle = len(_made)
        _made.append(self)

    def _name_it(self):
        if self._owner is not None:
            self._shared.rename(naming.name_object(self._owner, "lock"))
            self._owner = None

    def acquire(self, block=True, timeout=None):
        self._name_it()
        return self._shared.acquire(block, timeout)

    def release(self):
        self._name_it()
        self._shared.release()

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self.release()

    def _count(self):
        return self._shared.count()

    def _is_mine(self):
        return self._shared.is_mine_now()

    def _get_value(self):
        return self._shared.value()

    def _is_zero(self):
        return self._shared.value() == 0

    def _after_fork(self):
        pass


def wrap_synchronize(module):
    """Wraps `multiprocessing.synchronize`, when it has been imported."""
    real = module._multiprocessing.SemLock

    class SemLock:
        """Ours in a controlled execution, else the real one."""

        SEM_VALUE_MAX = real.SEM_VALUE_MAX

        @staticmethod
        def _rebuild(handle, *others):
            return _made[handle] if _mode() == 2 else real._rebuild(handle, *others)

        def __new__(cls, *args):
            return SharedSemLock(*args) if _mode() == 2 else real(*args)

    module._multiprocessing.SemLock = SemLock
    plain_init = module.SemLock.__init__

    @functools.wraps(plain_init)
    def init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        if isinstance(self._semlock, SharedSemLock):
            self._semlock._owner = self

    module.SemLock.__init__ = init
