"""Helpers for what touches a container as a whole: truth, length, iteration, comparison, operators."""

import functools
import sys

from . import access, storage

__builtins__ = storage.BUILTINS

_kinds = storage.kinds
_views = storage.VIEWS
_points = access.points


def _references(o, _):
    return sys.getrefcount(o)


def _lone():
    """How many references a helper sees to an argument that nothing but its caller's stack refers to.

    Such a container was just made: no task can reach it but the one that is about to use it.
    """
    held = [[]]
    alone, shared = _references([], 0), _references(held[0], 0)
    return alone if alone < shared else -1


LONE = _lone()


def whole(o, site):
    """Before something reads all of `o`, if it is a container; gives `o` back."""
    cls = type(o)
    if _kinds[cls] is not None:
        if sys.getrefcount(o) != LONE:
            access.announce(False, o, None, site)
    elif cls in _views:
        _read_behind(o, site)
    return o


def _read_behind(o, site):
    container = storage.container_behind(o)
    if container is not None:
        access.announce(False, container, None, site)


def contains(container, key, site):
    """Before `key in container`; gives the container back."""
    if _kinds[type(container)] == "dict":
        safe, identity = storage.safe_key(key)
        access.announce(False, container, identity if safe else None, site)
        return container
    return whole(container, site)


def deep(o, site):
    """Before something reads all of `o` and of what it contains (`print`, `==`); gives `o` back."""
    cls = type(o)
    if cls is not str and cls is not int:
        if _kinds[cls] is None or sys.getrefcount(o) != LONE:
            _points(site, deep_reads, (o,))
        else:
            _points(site, _inner_reads, o)
    return o


def _inner_reads(o):
    return deep_reads((o,))[1:]


def deep_reads(values):
    accesses, seen = [], set()
    for value in values:
        _walk(value, 3, accesses, seen)
    return accesses


def _walk(o, depth, accesses, seen):
    cls = type(o)
    container = storage.container_behind(o)
    if container is None and cls is not tuple:
        if storage.is_learners(cls) and _is_generated(cls):
            accesses.append((False, o, None))
        return
    if id(o) in seen or len(seen) > 32:
        return
    seen.add(id(o))
    if container is not None:
        accesses.append((False, container, None))
    if depth == 0:
        return
    if cls in (list, tuple):
        for part in o[:32]:
            _walk(part, depth - 1, accesses, seen)
    elif cls is dict:
        for part in list(o.values())[:32]:
            _walk(part, depth - 1, accesses, seen)


def _is_generated(cls):
    """Whether a class's `__repr__` and `__eq__` were generated, so that they announce nothing."""
    return storage.has(cls, "__dataclass_fields__")


def steps(o, site):
    """What to iterate over instead of `o`: announces a read of the container before every step.

    Only parts in C stand between the program and the container's own iterator: `map` takes a `None`
    from the announcements, which never end, and the next item, and `{}.get(None, item)` is the item.
    """
    cls = type(o)
    if not storage.iterated(cls) or sys.getrefcount(o) == LONE and _kinds[cls] is not None:
        return o
    container = storage.container_behind(o)
    if container is None:
        return o
    announce = functools.partial(access.announce, False, container, None, site)
    return map({}.get, iter(announce, _NEVER), iter(o))


_NEVER = object()


def pair(a, b, site):
    """Before `a + b`, `a == b` …: gives the operands back as a pair."""
    if _kinds[type(a)] is None and type(a) not in _views:
        if _kinds[type(b)] is None and type(b) not in _views:
            return a, b
    a_is_new, b_is_new = sys.getrefcount(a) == LONE, sys.getrefcount(b) == LONE
    _operands(site, a, a_is_new, b, b_is_new)
    return a, b


def _operands(site, a, a_is_new, b, b_is_new):
    _points(site, deep_reads, [o for o, is_new in ((a, a_is_new), (b, b_is_new)) if not is_new])


def equal(a, b, site):
    """Before `a == b` and its kin, which look into what containers contain."""
    cls = type(a)
    if cls is int or cls is str or cls is float or cls is bool or a is None or b is None:
        return a, b
    a_is_new, b_is_new = sys.getrefcount(a) == LONE, sys.getrefcount(b) == LONE
    _operands(site, a, a_is_new, b, b_is_new)
    return a, b


def in_place(a, b, site):
    """Before `a += b` …: the left operand is written, if it is a container."""
    if _kinds[type(a)] is not None:
        is_new = sys.getrefcount(b) == LONE
        _points(site, _in_place_accesses, a, None if is_new else b)
    return a, b


def in_place_local(b, a, site):
    """As `in_place`, for a local variable; gives the right operand back."""
    if _kinds[type(a)] is not None:
        is_new = sys.getrefcount(b) == LONE
        _points(site, _in_place_accesses, a, None if is_new else b)
    return b


def _in_place_accesses(a, b):
    return [access for access in shallow_reads((b,)) if access[1] is not a] + [(True, a, None)]


def advance(iterator, site):
    """Before `next(iterator)`: reads the container that it steps through; gives it back."""
    if type(iterator) in _views:
        _read_behind(iterator, site)
    return iterator


def shallow_reads(values):
    found = [storage.container_behind(value) for value in values]
    return [(False, container, None) for container in found if container is not None]


HELPERS = {
    "in": contains,
    "v": whole,
    "vd": deep,
    "i": steps,
    "n": advance,
    "p": pair,
    "q": equal,
    "a": in_place,
    "al": in_place_local,
}
