"""Helpers for what touches a container as a whole: truth, length, iteration, comparison, operators."""

import functools
import itertools
import sys
import types

from . import access, storage

__builtins__ = storage.BUILTINS

_kinds = storage.kinds
_looks = storage.looks
_iterators = storage.iterators
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
    elif _looks[cls] is not None or _iterators[cls]:
        shared = sys.getrefcount(o) != LONE
        if shared or _looks[cls] is not None:
            _points(site, _consumed, o, shared)
    return o


def _consumed(o, shared):
    """Reading a view, or an iterator to its end, whose place changes when others have it too."""
    place = ((True, o, None),) if shared and _iterators[type(o)] else ()
    return (*place, *_reads(o))


def _reads(o):
    return [(False, container, None) for container in storage.behind(o)]


def contains(container, key, site):
    """Before `key in container`; gives the container back."""
    kind = _kinds[type(container)]
    if kind == "dict":
        safe, identity = storage.safe_key(key)
        access.announce(False, container, identity if safe else None, site)
        return container
    return whole(container, site) if kind == "set" else deep(container, site)


def deep(o, site):
    """Before something reads all of `o` and of what it contains (`print`, `==`); gives `o` back."""
    cls = type(o)
    if cls is not str and cls is not int:
        is_new = _kinds[cls] is not None and sys.getrefcount(o) == LONE
        _points(site, _inner_reads if is_new else _deep_read, o)
    return o


def deepest(o, site):
    """As `deep`, for what looks into objects of the program too; gives `o` back."""
    _points(site, _deepest_reads, o)
    return o


def _deep_read(o):
    return deep_reads((o,))


def _inner_reads(o):
    return deep_reads((o,))[1:]


def _deepest_reads(o):
    return deep_reads((o,), True)


# Values that hold nothing that could change.
_ATOMS = frozenset([int, str, float, bool, bytes, complex, range, type(None), type])
_MOST = 1000


def deep_reads(values, into_objects=False):
    """The reads of everything in these values: containers, and objects whose comparison and text were
    generated, or with `into_objects` all objects of the program."""
    accesses, seen, found = [], set(), list(values)
    for o in found:
        cls = type(o)
        if cls in _ATOMS or id(o) in seen:
            continue
        if len(seen) > _MOST:
            storage.report("a structure of very many parts, read as a whole")
            break
        seen.add(id(o))
        containers = storage.behind(o)
        for container in containers:
            if container is o or id(container) not in seen:
                seen.add(id(container))
                accesses.append((False, container, None))
                found += _parts(storage.members(container))
        if containers:
            continue
        if tuple in storage.mro(cls):
            found += _parts(tuple.__iter__(o))
        elif (into_objects and storage.is_learners(cls)) or _is_generated(cls):
            accesses.append((False, o, None))
            found += _parts(storage.fields(o))
    return accesses


def _parts(values):
    return [value for value in values if type(value) not in _ATOMS]


def _is_generated(cls):
    """Whether a class's `__repr__` and `__eq__` announce nothing: they were generated, or are in C."""
    if cls is types.SimpleNamespace:
        return True
    return storage.is_learners(cls) and storage.has(cls, "__dataclass_fields__")


def steps(o, site):
    """What to iterate over instead of `o`: announces a read of the container before every step.

    Only parts in C stand between the program and the container's own iterator: `map` takes a `None`
    from the announcements, which never end, and the next item, and `{}.get(None, item)` is the item.
    """
    cls = type(o)
    is_iterator = _iterators[cls]
    if not is_iterator and not storage.iterated(cls):
        return o
    if sys.getrefcount(o) == LONE and (is_iterator and _looks[cls] is None or _kinds[cls] is not None):
        return o
    points = [(False, container, None, site) for container in storage.behind(o)]
    if is_iterator and sys.getrefcount(o) != LONE:
        points.append((True, o, None, site))
    for point in points:
        o = map({}.get, iter(functools.partial(access.announce, *point), _NEVER), iter(o))
    return o


_NEVER = object()


def pair(a, b, site):
    """Before `a + b`, `a == b` …: gives the operands back as a pair."""
    if _looks[type(a)] is None and _looks[type(b)] is None:
        return a, b
    a_is_new = _kinds[type(a)] is not None and sys.getrefcount(a) == LONE
    b_is_new = _kinds[type(b)] is not None and sys.getrefcount(b) == LONE
    _operands(site, a, a_is_new, b, b_is_new)
    return a, b


def _operands(site, a, a_is_new, b, b_is_new):
    _points(site, deep_reads, [o for o, is_new in ((a, a_is_new), (b, b_is_new)) if not is_new])


def equal(a, b, site):
    """Before `a == b` and its kin, which look into what containers contain."""
    cls = type(a)
    if cls is int or cls is str or cls is float or cls is bool or a is None or b is None:
        return a, b
    a_is_new = _kinds[cls] is not None and sys.getrefcount(a) == LONE
    b_is_new = _kinds[type(b)] is not None and sys.getrefcount(b) == LONE
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
    """Before `next(iterator)`: moves its place, and reads what it steps through; gives it back."""
    cls = type(iterator)
    if cls is itertools.count:
        access.take(iterator)
    elif _iterators[cls] or _kinds[cls] == "opaque":
        _points(site, _advanced, iterator)
    return iterator


def _advanced(iterator):
    return ((True, iterator, None), *(read for read in _reads(iterator) if read[1] is not iterator))


def unpacked(items, site):
    """What a loop's head unpacks instead of `items`: announces a read of each item that is a list."""
    return map(functools.partial(_unpacked, site), items)


def unpacked_deep(items, site):
    """As `unpacked`, for targets within targets."""
    return map(functools.partial(_unpacked_deep, site), items)


def _unpacked(site, item):
    if type(item) is not tuple:
        whole(item, site)
    return item


def _unpacked_deep(site, item):
    _points(site, _deep_read, item)
    return item


def written(o, site):
    """Before something writes to `o`, if it is a container or a file; gives `o` back."""
    _points(site, _writes, o)
    return o


def _writes(o):
    return [(True, container, None) for container in storage.behind(o)]


def shallow_reads(values):
    return [read for value in values for read in _reads(value)]


HELPERS = {
    "in": contains,
    "v": whole,
    "vd": deep,
    "vo": deepest,
    "vw": written,
    "i": steps,
    "ip": unpacked,
    "ipn": unpacked_deep,
    "n": advance,
    "p": pair,
    "q": equal,
    "a": in_place,
    "al": in_place_local,
}
