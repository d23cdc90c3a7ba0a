"""`functools.lru_cache` and `cache` around functions of the program, in Python.

The table is storage that tasks share: a call looks its key up, and one that does not find it stores it
when the function has returned. Two tasks may both not find it, and both call the function.
"""

import functools
import types

from . import access, storage

_in_c = functools._lru_cache_wrapper
_MISSING = object()
is_controlled = None


class Cache:
    """What `lru_cache` makes of a function."""

    def __init__(self, function, maxsize, typed, info):
        self._function, self._maxsize, self._typed, self._info = function, maxsize, typed, info
        self._table, self._hits, self._misses = {}, 0, 0
        # The site of the last call in the program's text.
        self.site = 0

    def __call__(self, /, *args, **kwargs):
        site = self.site
        key = functools._make_key(args, kwargs, self._typed)
        safe, part = storage.safe_key(key)
        part = part if safe and type(key) in (str, int) else None
        access.announce(False, self, part, site)
        value = self._table.pop(key, _MISSING)
        if value is not _MISSING:
            self._hits += 1
            self._table[key] = value
            return value
        self._misses += 1
        value = self._function(*args, **kwargs)
        if self._maxsize != 0:
            is_full = self._maxsize is not None and len(self._table) >= self._maxsize
            access.announce(True, self, None if is_full else part, site)
            self._store(key, value)
        return value

    def _store(self, key, value):
        if self._maxsize is not None and key not in self._table and len(self._table) >= self._maxsize:
            del self._table[next(iter(self._table))]
        self._table[key] = value

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def cache_info(self):
        """As of `lru_cache`. (A hit is counted too, so this meets calls that only look.)"""
        access.announce(True, self, None, self.site)
        return self._info(self._hits, self._misses, self._maxsize, len(self._table))

    def cache_clear(self):
        """As of `lru_cache`."""
        access.announce(True, self, None, self.site)
        self._table.clear()
        self._hits = self._misses = 0

    def __reduce__(self):
        return self.__qualname__


def _make(function, maxsize, typed, info):
    is_programs = type(function) is types.FunctionType and storage.is_learner_code(function)
    if is_programs and is_controlled():
        return Cache(function, maxsize, typed, info)
    return _in_c(function, maxsize, typed, info)


def install(controlled):
    """From here on, functions of the program get a cache whose accesses are announced, in controlled
    executions."""
    global is_controlled
    is_controlled = controlled
    functools._lru_cache_wrapper = _make
