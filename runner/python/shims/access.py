"""The helpers that rewritten code calls before each access to storage that tasks can share.

A helper only *announces*: it finds out which storage the access will touch (`storage`), calls
`_heddle.access`, and hands its argument back. The access itself stays in the learner's code, or is
done by a function written in C that the learner's code calls, so that no frame of ours is on the stack
when the learner's code raises. `functools.partial` serves calls in this way:
`__heddle_k__(f, 7, x)()` announces what `f(x)` touches, then calls it.

Nothing here runs code of the learner's.
"""

import operator
import sys
import types

from . import ops, storage

__builtins__ = storage.BUILTINS

_attribute_reads = storage.attribute_reads
_attribute_writes = storage.attribute_writes
_item_reads = storage.item_reads
_item_writes = storage.item_writes
_item_removals = storage.item_removals
_field = storage.field

announce = None
# Before `next()` of an iterator that takes care of its tasks: `itertools.count`, in one step of C.
take = None
_alone = None

# Writes announced so far, by all tasks: one that announces several accesses for one operation looks
# whether another task wrote in between.
written = 0

# Names of globals that were bound once and for all while their task was alone, by the id of the
# globals' dictionary, which is kept alive so that its id is not used again.
_settled = {}


def points(site, plan, *subject):
    """Announces an operation that touches several storages, or whose storage depends on their state.

    Other tasks may go at each announcement. If one of them wrote, what was announced may be out of
    date: then it is announced anew, so that the last announcements hold when the operation is done.
    """
    global written
    accesses = plan(*subject)
    if len(accesses) == 1:
        # Most operations, so it is worth the lines.
        ((write, base, key),) = accesses
        before = written
        announce(write, base, key, site)
        if written == before or _is_same(accesses, plan(*subject)):
            if write:
                written += 1
            return
        accesses = plan(*subject)
    # The bound guards against a program in which others write for ever.
    for _ in range(100):
        before = written
        for write, base, key in accesses:
            announce(write, base, key, site)
        if written == before:
            break
        accesses, old = plan(*subject), accesses
        if len(old) == 1 and _is_same(old, accesses):
            break
    written += any(write for write, _, _ in accesses)


def _is_same(old, new):
    """Whether an operation on one storage still means that storage."""
    if len(new) != 1:
        return False
    (write, base, key), (new_write, new_base, new_key) = old[0], new[0]
    return write == new_write and base is new_base and key == new_key


def reset():
    """Forgets what the last execution settled, for the next one in this process."""
    global written
    _settled.clear()
    written = 0


# Attributes and items ---------------------------------------------------------------------------


def read_attribute(o, name, site):
    """Before `o.name` is read; gives `o` back."""
    plan = _attribute_reads[type(o)][name]
    if plan is _field:
        announce(False, o, name, site)
    elif plan is not None:
        points(site, plan, False, o, name)
    return o


def write_attribute(o, name, site):
    """Before `o.name` is stored or deleted; gives `o` back."""
    global written
    plan = _attribute_writes[type(o)][name]
    if plan is _field:
        announce(True, o, name, site)
        written += 1
    elif plan is not None:
        points(site, plan, True, o, name)
    return o


def read_item(o, key, site):
    """Before `o[key]` is read; gives `o` back."""
    plan = _item_reads[type(o)]
    if plan is not None:
        points(site, plan, False, o, key)
    return o


def read_item_pair(o, key, site):
    """As `read_item`, for `getitem(*pair)`: keys that must not be evaluated twice."""
    plan = _item_reads[type(o)]
    if plan is not None:
        points(site, plan, False, o, key)
    return o, key


def write_item(o, key, site):
    """Before `o[key]` is stored; gives `o` back."""
    plan = _item_writes[type(o)]
    if plan is not None:
        points(site, plan, True, o, key)
    return o


def _whole_write(write, o, key):
    return tuple((True, container, None) for container in storage.behind(o) or (o,))


def delete_item(o, key, site):
    """Before `del o[key]`, which changes the container's structure; gives `o` back."""
    if _item_removals[type(o)] is not None:
        points(site, _whole_write, True, o, key)
    return o


# Names ------------------------------------------------------------------------------------------


def read_global(namespace, name, site):
    """Before a global is read. Gives `None`, so that `point or name` is the name's value."""
    announce(False, namespace, name, site)


def read_settled(namespace, name, site):
    """Before a global is read that the program binds in one place only: no point once it is settled."""
    settled = _settled.get(id(namespace))
    if settled is None or name not in settled[1]:
        announce(False, namespace, name, site)


def write_global(value, namespace, name, site):
    """Before a global is bound; gives the value back."""
    global written
    announce(True, namespace, name, site)
    written += 1
    return value


def settle(value, namespace, name, site):
    """Before a global is bound in its only place; gives the value back.

    While the task is alone, everything that other tasks will ever do comes after this binding, and no
    other binding follows: reads of it commute with all there is and need no point.
    """
    if not _alone():
        settled = _settled.get(id(namespace))
        if settled is not None:
            settled[1].discard(name)
        return write_global(value, namespace, name, site)
    _settled.setdefault(id(namespace), (namespace, set()))[1].add(name)
    return value


def settle_import(namespace, names, site):
    """After an import bound these globals in their only place."""
    for name in names:
        settle(None, namespace, name, site)


def read_module(module, names, site):
    """Before `from module import names`, of a file of the program that may have run already."""
    found = sys.modules.get(module)
    if storage.is_a(found, types.ModuleType):
        for name in names:
            announce(False, storage.module_namespace(found), name, site)


class _GlobalTarget:
    """`target[0] = value` binds a global: for targets that cannot be a name and a point at once."""

    __slots__ = ("namespace", "name", "site", "announce")

    def __init__(self, namespace, name, site, announce):
        self.namespace, self.name, self.site, self.announce = namespace, name, site, announce

    def __setitem__(self, _, value):
        self.announce(value, self.namespace, self.name, self.site)
        self.namespace[self.name] = value


def global_target(namespace, name, site):
    """A target that announces and binds a global."""
    return _GlobalTarget(namespace, name, site, write_global)


def settled_target(namespace, name, site):
    """A target that binds a global in its only place."""
    return _GlobalTarget(namespace, name, site, settle)


def bind_definition(namespace, name, site):
    """A decorator, applied last, that announces the binding of a function or class."""
    return lambda value: write_global(value, namespace, name, site)


def settle_definition(namespace, name, site):
    """A decorator, applied last: the function or class is bound in its only place."""
    return lambda value: settle(value, namespace, name, site)


def read_cell(closure, site):
    """Before a closure variable is read. Gives `None`, so that `point or name` is its value."""
    announce(False, closure[0], None, site)


def write_cell(value, closure, site):
    """Before a closure variable is bound; gives the value back."""
    global written
    announce(True, closure[0], None, site)
    written += 1
    return value


class _CellTarget:
    __slots__ = ("cell", "site")

    def __init__(self, cell, site):
        self.cell, self.site = cell, site

    def __setitem__(self, _, value):
        write_cell(None, (self.cell,), self.site)
        self.cell.cell_contents = value


def cell_target(closure, site):
    """A target that announces and binds a closure variable."""
    return _CellTarget(closure[0], site)


def bind_cell_definition(closure, site):
    """A decorator, applied last, that announces the binding of a function or class to a cell."""
    return lambda value: write_cell(value, closure, site)


def forget(namespace, *names):
    """Removes temporary names from a module's or a class's namespace."""
    for name in names:
        namespace.pop(name, None)


# The names by which rewritten code reaches all this ------------------------------------------------

HELPERS = {
    "r": read_attribute,
    "w": write_attribute,
    "ri": read_item,
    "rp": read_item_pair,
    "wi": write_item,
    "di": delete_item,
    "g": read_global,
    "gl": read_settled,
    "gs": write_global,
    "gb": settle,
    "gi": settle_import,
    "gm": read_module,
    "gt": global_target,
    "gu": settled_target,
    "gd": bind_definition,
    "ge": settle_definition,
    "c": read_cell,
    "cs": write_cell,
    "ct": cell_target,
    "cd": bind_cell_definition,
    "x": forget,
    "globals": globals,
    "locals": locals,
    "slice": slice,
}

OPERATORS = (
    "getitem iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor "
    "add sub mul and_ or_ xor eq ne lt le gt ge"
).split()


def install(builtins, heddle):
    """Makes the helpers reachable as `builtins.__heddle_*__`, announcing to `heddle.access`."""
    global announce, _alone, take
    announce, _alone = heddle.access, heddle.alone

    def take(iterator):
        if not heddle.alone():
            heddle.enter(ops.FUTURE_SET, iterator, ops.FUTURE)
            heddle.leave()

    def report(what):
        if not _alone():
            heddle.uncontrolled(what)

    storage.report = report
    from . import calls, whole

    helpers = {**HELPERS, **whole.HELPERS, **calls.HELPERS}
    if hasattr(heddle, "after_call"):
        helpers.update(calls.install_switches(heddle))
    for name, helper in helpers.items():
        setattr(builtins, f"__heddle_{name}__", helper)
    for name in OPERATORS:
        setattr(builtins, f"__heddle_o_{name}__", getattr(operator, name))
