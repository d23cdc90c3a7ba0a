"""The helpers that rewritten code calls before each access to storage that tasks can share.

A helper only *announces*: it finds out which storage the access will touch (`storage`), calls
`_heddle.access`, and hands its argument back. The access itself stays in the learner's code, or is
done by a function written in C that the learner's code calls, so that no frame of ours is on the stack
when the learner's code raises. `functools.partial` serves calls in this way:
`__heddle_k__(f, 7, x)()` announces what `f(x)` touches, then calls it.

Nothing here runs code of the learner's.
"""

import functools
import operator
import sys
import types

from . import known, storage

_attribute_reads = storage.attribute_reads
_attribute_writes = storage.attribute_writes
_item_reads = storage.item_reads
_item_writes = storage.item_writes
_item_removals = storage.item_removals
_kinds = storage.kinds
_field = storage._field
_views = storage._VIEWS
_learner_files = storage.learner_files

_access = None
_alone = None

# Writes announced so far, by all tasks: one that announces several accesses for one operation looks
# whether another task wrote in between.
_written = 0

# Names of globals that were bound once and for all while their task was alone, by the id of the
# globals' dictionary, which is kept alive so that its id is not used again.
_settled = {}


def _points(site, plan, *subject):
    """Announces an operation that touches several storages, or whose storage depends on their state.

    Other tasks may go at each announcement. If one of them wrote, what was announced may be out of
    date: then it is announced anew, so that the last announcements hold when the operation is done.
    """
    global _written
    accesses = plan(*subject)
    if len(accesses) == 1:
        # Most operations, so it is worth the lines.
        ((write, base, key),) = accesses
        before = _written
        _access(write, base, key, site)
        if _written == before or _is_same(accesses, plan(*subject)):
            if write:
                _written += 1
            return
        accesses = plan(*subject)
    # The bound guards against a program in which others write for ever.
    for _ in range(100):
        before = _written
        for write, base, key in accesses:
            _access(write, base, key, site)
        if _written == before:
            break
        accesses, old = plan(*subject), accesses
        if len(old) == 1 and _is_same(old, accesses):
            break
    _written += any(write for write, _, _ in accesses)


def _is_same(old, new):
    """Whether an operation on one storage still means that storage."""
    if len(new) != 1:
        return False
    (write, base, key), (new_write, new_base, new_key) = old[0], new[0]
    return write == new_write and base is new_base and key == new_key


def _all(*accesses):
    return accesses


def reset():
    """Forgets what the last execution settled, for the next one in this process."""
    global _written
    _settled.clear()
    _written = 0


# Attributes and items ---------------------------------------------------------------------------


def read_attribute(o, name, site):
    """Before `o.name` is read; gives `o` back."""
    plan = _attribute_reads[type(o)][name]
    if plan is _field:
        _access(False, o, name, site)
    elif plan is not None:
        _points(site, plan, False, o, name)
    return o


def write_attribute(o, name, site):
    """Before `o.name` is stored or deleted; gives `o` back."""
    global _written
    plan = _attribute_writes[type(o)][name]
    if plan is _field:
        _access(True, o, name, site)
        _written += 1
    elif plan is not None:
        _points(site, plan, True, o, name)
    return o


def read_item(o, key, site):
    """Before `o[key]` is read; gives `o` back."""
    plan = _item_reads[type(o)]
    if plan is not None:
        _points(site, plan, False, o, key)
    return o


def read_item_pair(o, key, site):
    """As `read_item`, for `getitem(*pair)`: keys that must not be evaluated twice."""
    plan = _item_reads[type(o)]
    if plan is not None:
        _points(site, plan, False, o, key)
    return o, key


def write_item(o, key, site):
    """Before `o[key]` is stored; gives `o` back."""
    plan = _item_writes[type(o)]
    if plan is not None:
        _points(site, plan, True, o, key)
    return o


def _whole_write(write, o, key):
    return ((True, o, None),)


def delete_item(o, key, site):
    """Before `del o[key]`, which changes the container's structure; gives `o` back."""
    if _item_removals[type(o)] is not None:
        _points(site, _whole_write, True, o, key)
    return o


def contains(container, key, site):
    """Before `key in container`; gives the container back."""
    if _kinds[type(container)] == "dict":
        safe, identity = storage.safe_key(key)
        _access(False, container, identity if safe else None, site)
        return container
    return whole(container, site)


# Names ------------------------------------------------------------------------------------------


def read_global(namespace, name, site):
    """Before a global is read. Gives `None`, so that `point or name` is the name's value."""
    _access(False, namespace, name, site)


def read_settled(namespace, name, site):
    """Before a global is read that the program binds in one place only: no point once it is settled."""
    settled = _settled.get(id(namespace))
    if settled is None or name not in settled[1]:
        _access(False, namespace, name, site)


def write_global(value, namespace, name, site):
    """Before a global is bound; gives the value back."""
    global _written
    _access(True, namespace, name, site)
    _written += 1
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
    _access(False, closure[0], None, site)


def write_cell(value, closure, site):
    """Before a closure variable is bound; gives the value back."""
    global _written
    _access(True, closure[0], None, site)
    _written += 1
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


# Whole containers -------------------------------------------------------------------------------


def _references(o, _):
    return sys.getrefcount(o)


def _lone():
    """How many references a helper sees to an argument that nothing but its caller's stack refers to.

    Such a container was just made: no task can reach it but the one that is about to use it.
    """
    held = [[]]
    alone, shared = _references([], 0), _references(held[0], 0)
    return alone if alone < shared else -1


_LONE = _lone()


def whole(o, site):
    """Before something reads all of `o`, if it is a container; gives `o` back."""
    cls = type(o)
    if _kinds[cls] is not None:
        if sys.getrefcount(o) != _LONE:
            _access(False, o, None, site)
    elif cls in _views:
        _read_behind(o, site)
    return o


def _read_behind(o, site):
    container = storage.container_behind(o)
    if container is not None:
        _access(False, container, None, site)


def deep(o, site):
    """Before something reads all of `o` and of what it contains (`print`, `==`); gives `o` back."""
    cls = type(o)
    if cls is not str and cls is not int:
        if _kinds[cls] is None or sys.getrefcount(o) != _LONE:
            _points(site, _deep_reads, (o,))
        else:
            _points(site, _inner_reads, o)
    return o


def _inner_reads(o):
    return _deep_reads((o,))[1:]


def _deep_reads(values):
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
    if not storage.iterated(cls) or sys.getrefcount(o) == _LONE and _kinds[cls] is not None:
        return o
    container = storage.container_behind(o)
    if container is None:
        return o
    announce = functools.partial(_access, False, container, None, site)
    return map({}.get, iter(announce, _NEVER), iter(o))


_NEVER = object()


def pair(a, b, site):
    """Before `a + b`, `a == b` …: gives the operands back as a pair."""
    if _kinds[type(a)] is None and type(a) not in _views:
        if _kinds[type(b)] is None and type(b) not in _views:
            return a, b
    a_is_new, b_is_new = sys.getrefcount(a) == _LONE, sys.getrefcount(b) == _LONE
    _operands(site, a, a_is_new, b, b_is_new)
    return a, b


def _operands(site, a, a_is_new, b, b_is_new):
    _points(site, _deep_reads, [o for o, is_new in ((a, a_is_new), (b, b_is_new)) if not is_new])


def equal(a, b, site):
    """Before `a == b` and its kin, which look into what containers contain."""
    cls = type(a)
    if cls is int or cls is str or cls is float or cls is bool or a is None or b is None:
        return a, b
    a_is_new, b_is_new = sys.getrefcount(a) == _LONE, sys.getrefcount(b) == _LONE
    _operands(site, a, a_is_new, b, b_is_new)
    return a, b


def in_place(a, b, site):
    """Before `a += b` …: the left operand is written, if it is a container."""
    if _kinds[type(a)] is not None:
        is_new = sys.getrefcount(b) == _LONE
        _points(site, _in_place_accesses, a, None if is_new else b)
    return a, b


def in_place_local(b, a, site):
    """As `in_place`, for a local variable; gives the right operand back."""
    if _kinds[type(a)] is not None:
        is_new = sys.getrefcount(b) == _LONE
        _points(site, _in_place_accesses, a, None if is_new else b)
    return b


def _in_place_accesses(a, b):
    return [access for access in _shallow_reads((b,)) if access[1] is not a] + [(True, a, None)]


# Calls ------------------------------------------------------------------------------------------


def call(function, site, /, *args, **kwargs):
    """Announces what `function(*args, **kwargs)` touches; gives that call, to be made by `()`."""
    if type(function) is not types.BuiltinFunctionType or not _keeps(function, site):
        _announce_call(function, site, args, kwargs)
    if callable(function):
        return functools.partial(function, *args, **kwargs)
    return function


def _keeps(method, site):
    """Announces the commonest calls, `l.append(x)` and its kin; false for all others."""
    global _written
    owner, name = method.__self__, method.__name__
    kind = _kinds[type(owner)]
    if kind is None or name not in known.KEEPS:
        return False
    effect = known.METHODS[kind].get(name)
    if effect == known.KEYED:
        return False
    if effect is not None:
        write = effect == known.WRITES
        _access(write, owner, None, site)
        _written += write
    return True


def callee(function, site):
    """The function to call instead of `function`, when that is most likely the program's own."""
    kind = type(function)
    if kind is types.FunctionType:
        if function.__code__.co_filename in _learner_files:
            return function
    elif kind is types.MethodType:
        inner = function.__func__
        if type(inner) is types.FunctionType and inner.__code__.co_filename in _learner_files:
            return function
    if not callable(function) or _touches_nothing(function):
        return function
    return lambda *args, **kwargs: call(function, site, *args, **kwargs)()


def bare_callee(function, site):
    """As `callee`, for calls that are given no container: only methods of containers matter."""
    kind = type(function)
    if kind is functools.partial:
        inner, given = function.func, (*function.args, *function.keywords.values())
        bound = type(inner) is types.BuiltinFunctionType and _kinds[type(inner.__self__)]
        if not bound and not _shallow_reads(given):
            return function
    elif kind is not types.BuiltinFunctionType and kind is not types.MethodWrapperType:
        return function
    elif _kinds[type(function.__self__)] is None:
        return function
    return callee(function, site)


# Look at the frame that calls them, or are harmless whatever they are given.
_FRAME_LOOKERS = frozenset([globals, locals, vars, dir, eval, exec, super, __import__])


def _touches_nothing(function):
    kind = type(function)
    if storage.is_a(function, type):
        return storage.is_learners(function) or storage.synchronised(function)
    if kind is types.BuiltinFunctionType:
        return function in _FRAME_LOOKERS or (
            storage.module_of(type(function.__self__)).partition(".")[0] in known.SYNCHRONISED
        )
    if kind is types.MethodType:
        return storage.synchronised(type(function.__self__))
    if kind is types.FunctionType:
        return known.effect(function.__module__, function.__name__) is None
    return storage.is_learners(kind) or storage.synchronised(kind)


def _announce_call(function, site, args, kwargs):
    kind = type(function)
    if kind is types.FunctionType:
        if not storage.is_learner_code(function):
            _arguments(known.effect(function.__module__, function.__name__), site, args, kwargs)
    elif kind is types.BuiltinFunctionType or kind is types.MethodWrapperType:
        owner = function.__self__
        if kind is types.BuiltinFunctionType and (
            owner is None or storage.is_a(owner, types.ModuleType)
        ):
            _call_function(function, site, args, kwargs)
        else:
            _call_method(owner, function.__name__, site, args, kwargs)
    elif kind is types.MethodType:
        inner = function.__func__
        if type(inner) is not types.FunctionType:
            _announce_call(inner, site, (function.__self__, *args), kwargs)
        elif not storage.is_learner_code(inner):
            _call_method(function.__self__, inner.__name__, site, args, kwargs)
    elif kind is types.MethodDescriptorType or kind is types.WrapperDescriptorType:
        if args:
            _call_method(args[0], function.__name__, site, args[1:], kwargs)
    elif kind is functools.partial:
        _announce_call(function.func, site, (*function.args, *args), {**function.keywords, **kwargs})
    else:
        _call_object(function, site, args, kwargs)


def _call_object(function, site, args, kwargs):
    cls = function if storage.is_a(function, type) else type(function)
    if storage.is_learners(cls):
        return
    module = storage.module_of(cls)
    if module == "builtins" and cls is not function:
        return
    _arguments(known.effect(module, "__call__"), site, args, kwargs)


_ATTRIBUTE_FUNCTIONS = {
    getattr: (read_attribute, 2),
    hasattr: (read_attribute, 2),
    setattr: (write_attribute, 3),
    delattr: (write_attribute, 2),
}


def _call_function(function, site, args, kwargs):
    attribute = _ATTRIBUTE_FUNCTIONS.get(function)
    if attribute is not None:
        if len(args) >= attribute[1] and type(args[1]) is str:
            attribute[0](args[0], args[1], site)
        return
    _arguments(known.effect(function.__module__, function.__name__), site, args, kwargs)


def _arguments(effect, site, args, kwargs):
    """Announces that the containers among the arguments are read, or written."""
    if effect is None:
        return
    values = _visible(args, kwargs)
    if effect == known.READS:
        _points(site, _deep_reads, values)
    else:
        _points(site, _given_away, values)


def _given_away(values):
    accesses = []
    for value in values:
        container = storage.container_behind(value)
        if container is not None:
            accesses.append((True, container, None))
        elif storage.is_learners(type(value)):
            accesses.append((True, value, None))
    return accesses


_ATTRIBUTE_METHODS = {
    "__getattribute__": (_attribute_reads, object.__getattribute__, False),
    "__setattr__": (_attribute_writes, object.__setattr__, True),
    "__delattr__": (_attribute_writes, object.__delattr__, True),
}


def _call_method(owner, name, site, args, kwargs):
    kind = _kinds[type(owner)]
    if name in _ATTRIBUTE_METHODS:
        if args and type(args[0]) is str:
            write = name != "__getattribute__"
            plan = storage.stored_plan(type(owner), args[0], write)
            if plan is not None:
                _points(site, plan, write, owner, args[0])
    elif kind is not None:
        others = () if name in known.KEEPS else _visible(args, kwargs)
        _points(site, _method_accesses, kind, owner, name, args, others)
    else:
        _call_foreign_method(owner, name, site, args, kwargs)


# Objects of these modules are changed by their methods.
_CHANGED_BY_METHODS = frozenset(["io", "_io", "collections", "_collections", "_hashlib", "array"])


def _call_foreign_method(owner, name, site, args, kwargs):
    cls = type(owner)
    if storage.synchronised(cls) or storage.is_a(owner, type) and storage.synchronised(owner):
        return
    module = storage.module_of(cls)
    if module in _CHANGED_BY_METHODS and owner is not sys.stdout and owner is not sys.stderr:
        _points(site, _all, (True, owner, None))
    _arguments(known.effect(module, name), site, args, kwargs)


def _method_accesses(kind, owner, name, args, others):
    effect = known.METHODS[kind].get(name)
    if effect is None:
        return ()
    others = [access for access in _shallow_reads(others) if access[1] is not owner]
    if effect == known.KEYED:
        return others + _keyed(owner, name, args)
    return others + [(effect == known.WRITES, owner, None)]


def _shallow_reads(values):
    found = [storage.container_behind(value) for value in values]
    return [(False, container, None) for container in found if container is not None]


def _visible(args, kwargs):
    """The arguments of a call without containers that were made for it and that nobody else has."""
    found = []
    for value in args:
        if _kinds[type(value)] is None or sys.getrefcount(value) != _LONE_ARGUMENT:
            found.append(value)
    found.extend(kwargs.values())
    return found


def _references_of_argument(*args):
    for value in args:
        return sys.getrefcount(value)


_LONE_ARGUMENT = _references_of_argument([]) if _LONE > 0 else -1


def _keyed(owner, name, args):
    """The access of a method that works on one item, by the state the container is in."""
    if name in known.ITEM_WRITES:
        plan = _item_writes[type(owner)]
        return list(plan(True, owner, args[0])) if plan and args else [(True, owner, None)]
    if not args:
        return [(True, owner, None)]
    safe, identity = storage.safe_key(args[0])
    if name in known.ITEM_READS:
        plan = _item_reads[type(owner)] if name == "__getitem__" else None
        if plan is not None:
            return list(plan(False, owner, args[0]))
        return [(False, owner, identity if safe else None)]
    if not safe:
        return [(True, owner, None)]
    present = _kinds[type(owner)] != "dict" or dict.__contains__(owner, args[0])
    changes = present == (name in known.ITEM_REMOVES)
    return [(True, owner, None)] if changes else [(False, owner, identity)]


def advance(iterator, site):
    """Before `next(iterator)`: reads the container that it steps through; gives it back."""
    if type(iterator) in _views:
        _read_behind(iterator, site)
    return iterator


# The names by which rewritten code reaches all this ------------------------------------------------

HELPERS = {
    "r": read_attribute,
    "w": write_attribute,
    "ri": read_item,
    "rp": read_item_pair,
    "wi": write_item,
    "di": delete_item,
    "in": contains,
    "g": read_global,
    "gl": read_settled,
    "gs": write_global,
    "gb": settle,
    "gi": settle_import,
    "gt": global_target,
    "gu": settled_target,
    "gd": bind_definition,
    "ge": settle_definition,
    "c": read_cell,
    "cs": write_cell,
    "ct": cell_target,
    "cd": bind_cell_definition,
    "x": forget,
    "v": whole,
    "vd": deep,
    "i": steps,
    "n": advance,
    "p": pair,
    "q": equal,
    "a": in_place,
    "al": in_place_local,
    "k": call,
    "f": callee,
    "fb": bare_callee,
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
    global _access, _alone
    _access, _alone = heddle.access, heddle.alone

    def report(what):
        if not _alone():
            heddle.uncontrolled(what)

    storage.report = report
    for name, helper in HELPERS.items():
        setattr(builtins, f"__heddle_{name}__", helper)
    for name in OPERATORS:
        setattr(builtins, f"__heddle_o_{name}__", getattr(operator, name))
