"""Memory that processes share: `multiprocessing.sharedctypes` and `multiprocessing.shared_memory`.

Every piece of it is one variable of all processes, and so is every item that the program touches.
What the library's own code does with it is announced here, what the program does, by `access`.
"""

import functools
import os

import _heddle

from . import naming

_mode = _heddle.mode


def wrap_sharedctypes(module):
    """Wraps `multiprocessing.sharedctypes`, when it has been imported."""
    _share_what_is_made(module)
    Base, plain_init = module.SynchronizedBase, module.SynchronizedBase.__init__

    @functools.wraps(plain_init)
    def init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        self._heddle_number = _numbers.get(id(self._obj)) if _mode() == 2 else None
        self._heddle_named = False

    Base.__init__ = init
    module.Synchronized.value = _synchronised_value(module.Synchronized.value)
    module.SynchronizedString.value = _synchronised_value(module.SynchronizedString.value)
    _wrap_synchronised_array(module.SynchronizedArray)


# Numbers of pieces, by the place of the memory and by the object that stands for it. (`_heddle` keeps
# these objects alive.)
_places, _numbers = {}, {}


def _share_what_is_made(module):
    plain = module.rebuild_ctype

    @functools.wraps(plain)
    def rebuild_ctype(type_, wrapper, length):
        made = plain(type_, wrapper, length)
        if _mode() == 2:
            (arena, start, _), _ = wrapper._state
            place = (os.fstat(arena.fd).st_ino, start)
            number = _places.get(place)
            if number is None:
                number = _places[place] = _heddle.share(made, "shared memory")
            else:
                _heddle.share_as(made, number)
            _numbers[id(made)] = number
        return made

    module.rebuild_ctype = rebuild_ctype


def _announce(o, write, suffix=""):
    """The step before the library takes the lock, touches the memory and gives the lock back: all of
    it is one step. False where it is not known which memory that is."""
    number = getattr(o, "_heddle_number", None)
    if number is None or _mode() != 2:
        return False
    if not o._heddle_named:
        o._heddle_named = True
        _heddle.rename_object(number, naming.name_object(o, "value") + suffix)
    lock = getattr(o._lock, "_semlock", None)
    _heddle.access_shared(write, number, getattr(lock, "_shared", None))
    return True


def _synchronised_value(plain):
    def get(self):
        return self._obj.value if _announce(self, False, ".value") else plain.fget(self)

    def set(self, value):
        if _announce(self, True, ".value"):
            self._obj.value = value
        else:
            plain.fset(self, value)

    return property(get, set)


def _wrap_synchronised_array(Array):
    plain_get, plain_set = Array.__getitem__, Array.__setitem__

    @functools.wraps(plain_get)
    def __getitem__(self, i):
        return self._obj[i] if _announce(self, False) else plain_get(self, i)

    @functools.wraps(plain_set)
    def __setitem__(self, i, value):
        if _announce(self, True):
            self._obj[i] = value
        else:
            plain_set(self, i, value)

    Array.__getitem__, Array.__setitem__ = __getitem__, __setitem__


# Numbers of the blocks that this process or one of its ancestors has made, by name.
_blocks = {}


def wrap_shared_memory(module):
    """Wraps `multiprocessing.shared_memory`, when it has been imported."""
    Block, plain_init = module.SharedMemory, module.SharedMemory.__init__

    @functools.wraps(plain_init)
    def init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        if _mode() != 2:
            return
        number = _blocks.get(self._name)
        if number is not None:
            _heddle.share_as(self._mmap, number)
            return
        is_made = kwargs.get("create", args[1] if len(args) > 1 else False)
        if not is_made:
            _heddle.external(f"the shared memory {self.name!r}, which another process has made")
        _blocks[self._name] = _heddle.share(self._mmap, "shared memory")

    Block.__init__ = init
    _wrap_shareable_list(module.ShareableList)


def _wrap_shareable_list(List):
    def touching(name, write):
        plain = getattr(List, name)

        @functools.wraps(plain)
        def method(self, *args):
            if _mode() == 2:
                key = args[0] if args and name in ("__getitem__", "__setitem__") else None
                if type(key) is int and key < 0:
                    key += len(self)
                _heddle.touch_shared(write, self.shm._mmap, key if type(key) is int else None)
            return plain(self, *args)

        setattr(List, name, method)

    for name, write in (("__getitem__", False), ("__setitem__", True), ("count", False), ("index", False)):
        touching(name, write)


def silence_tracker(module):
    """Wraps `multiprocessing.resource_tracker`: no process that watches over what a killed program
    would leave behind. The jail goes with all there is in it."""
    tracker = module._resource_tracker
    for name in ("ensure_running", "register", "unregister"):
        setattr(tracker, name, lambda *args: None)
        if hasattr(module, name):
            setattr(module, name, getattr(tracker, name))
    tracker.getfd = module.getfd = lambda: -1
