"""Start methods `spawn` and `forkserver`: a child that begins with a fresh interpreter.

Starting one takes tens of milliseconds, and the program's files are not on the jail's disk. So the child
is a fork that throws away what a fresh interpreter would not have: the program's modules, which it
imports anew, and the descriptors that it was not given. What the standard library's modules remember
stays.
"""

import functools
import io
import os
import pickle
import sys
import types

import _heddle

from . import storage

# The first descriptor after those that every process has.
_FIRST = 3


class Descriptor:
    """A descriptor that the child is given: it has the same number there."""

    def __init__(self, fd):
        self.fd = fd

    def detach(self):
        return self.fd


def wrap_popen(module):
    """Wraps `multiprocessing.popen_spawn_posix` and `popen_forkserver`, when they have been imported."""
    from multiprocessing import popen_fork

    Popen = module.Popen
    Popen.DupFd = Descriptor
    Popen.duplicate_for_child = _duplicate_for_child
    Popen._launch = _launch
    Popen.poll = popen_fork.Popen.poll


def wrap_spawn(module):
    """Wraps `multiprocessing.spawn`: the program's main module comes from memory."""

    @functools.wraps(module._fixup_main_from_path)
    def _fixup_main_from_path(path):
        from . import program

        program.import_main_anew("__mp_main__")

    module._fixup_main_from_path = _fixup_main_from_path


def _duplicate_for_child(self, fd):
    self._fds.append(fd)
    return fd


def _launch(self, process_obj):
    from multiprocessing import util

    data = _pickled(self, process_obj)
    parent_r, child_w = os.pipe()
    child_r, parent_w = os.pipe()
    self.pid = os.fork()
    if self.pid == 0:
        code = 1
        try:
            _close_all_but({*self._fds, child_r, child_w})
            code = _begin_anew(data, child_r)
        finally:
            os._exit(code)
    os.close(child_w)
    os.close(child_r)
    self.sentinel = parent_r
    self.finalizer = util.Finalize(self, util.close_fds, (parent_r, parent_w))


def _pickled(popen, process_obj):
    from multiprocessing import context, reduction, spawn

    data = io.BytesIO()
    preparation = spawn.get_preparation_data(process_obj._name)
    context.set_spawning_popen(popen)
    try:
        reduction.dump(preparation, data)
        reduction.dump(process_obj, data)
    finally:
        context.set_spawning_popen(None)
    data.seek(0)
    return data


def _close_all_but(kept):
    low = _FIRST
    for fd in sorted(fd for fd in (*kept, os.sysconf("SC_OPEN_MAX")) if fd >= _FIRST):
        if low < fd:
            os.closerange(low, fd)
        low = fd + 1


# The program's modules of before. If they went, what they own would close descriptors that the child has
# been given.
_left_behind = []


def _begin_anew(data, sentinel):
    from multiprocessing import process, spawn

    from . import errors

    _heddle.note_spawn()
    for name in [name for name in sys.modules if storage.is_learner_module(name)]:
        _left_behind.append(sys.modules.pop(name))
    sys.modules["__main__"] = types.ModuleType("__main__")
    process.current_process()._inheriting = True
    try:
        spawn.prepare(pickle.load(data))
        child = pickle.load(data)
    except BaseException as error:
        errors.report(error, "A spawned process could not begin:\n")
        return 1
    finally:
        del process.current_process()._inheriting
    return child._bootstrap(parent_sentinel=sentinel)
