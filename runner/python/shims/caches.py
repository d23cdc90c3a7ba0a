"""`functools.lru_cache` and `cache` around functions of the program, in Python.

A call asks for the result of its key, and one that finds none sets it when the function has returned:
two tasks may both find none, and both call the function. The table itself takes care of its tasks, so
these are operations on results, as of futures, and never a race.
"""

import functools
import types

from . import ops, storage

_in_c = functools._lru_cache_wrapper
_MISSING = object()
is_controlled = None
_enter, _leave = None, None

# Whether the program looks at tables as a whole (`cache_info`): then one has one result for all keys.
is_watched = False
_SMALL = 100


class _Result:
    """The result of one key."""


class Cache:
    """What `lru_cache` makes of a function."""

    def __init__(self, function, maxsize, typed, info):
        self._function, self._maxsize, self._typed, self._info = function, maxsize, typed, info
        self._table, self._hits, self._misses = {}, 0, 0
        # In a small table one key may drive out another.
        self._is_whole = is_watched or maxsize is not None and maxsize < _SMALL
        self._results = {}

    def _announce(self, kind, part=None):
        result = self._results.get(part)
        if result is None:
            result = self._results[part] = _Result()
        _enter(kind, result, ops.FUTURE)
        _leave()

    def __call__(self, /, *args, **kwargs):
        key = functools._make_key(args, kwargs, self._typed)
        safe, part = storage.safe_key(key)
        if self._is_whole or not safe or type(key) not in (str, int):
            part = None
        self._announce(ops.FUTURE_QUERY, part)
        value = self._table.pop(key, _MISSING)
        if value is not _MISSING:
            self._hits += 1
            self._table[key] = value
            return value
        self._misses += 1
        value = self._function(*args, **kwargs)
        if self._maxsize != 0:
            self._announce(ops.FUTURE_SET, part)
            self._store(key, value)
        return value

    def _store(self, key, value):
        if self._maxsize is not None and key not in self._table and len(self._table) >= self._maxsize:
            del self._table[next(iter(self._table))]
        self._table[key] = value

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def cache_info(self):
        """As of `lru_cache`. (A hit is counted too, so this meets calls that only ask.)"""
        self._announce(ops.FUTURE_SET)
        return self._info(self._hits, self._misses, self._maxsize, len(self._table))

    def cache_clear(self):
        """As of `lru_cache`."""
        self._announce(ops.FUTURE_SET)
        self._table.clear()
        self._hits = self._misses = 0

    def __reduce__(self):
        return self.__qualname__


def _make(function, maxsize, typed, info):
    is_programs = type(function) is types.FunctionType and storage.is_learner_code(function)
    if is_programs and is_controlled():
        return Cache(function, maxsize, typed, info)
    return _in_c(function, maxsize, typed, info)


def looks_at_tables(tree):
    """Whether a file asks for a table as a whole."""
    import ast

    wanted = ("cache_info", "cache_clear")
    return any(isinstance(node, ast.Attribute) and node.attr in wanted for node in ast.walk(tree))


def install(controlled, enter, leave):
    """From here on, functions of the program get a cache whose accesses are announced, in controlled
    executions."""
    global is_controlled, _enter, _leave
    is_controlled, _enter, _leave = controlled, enter, leave
    functools._lru_cache_wrapper = _make
