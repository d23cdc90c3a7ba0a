"""Helpers for calls: methods of containers, library functions, and code that is not seen.

`functools.partial` makes the call itself, so that no frame of ours is on the stack when it raises.
"""

import functools
import operator
import sys
import types

from . import access, known, storage, whole

__builtins__ = storage.BUILTINS

_kinds = storage.kinds
_item_reads = storage.item_reads
_item_writes = storage.item_writes
_learner_files = storage.learner_files
_points = access.points


def call(function, site, /, *args, **kwargs):
    """Announces what `function(*args, **kwargs)` touches; gives that call, to be made by `()`."""
    if type(function) is not types.BuiltinFunctionType or not _keeps(function, site):
        _announce_call(function, site, args, kwargs)
    if callable(function):
        return functools.partial(function, *args, **kwargs)
    return function


def _keeps(method, site):
    """Announces the commonest calls, `l.append(x)` and its kin; false for all others."""
    owner, name = method.__self__, method.__name__
    kind = _kinds[type(owner)]
    if kind is None or name not in known.KEEPS:
        return False
    effect = known.METHODS[kind].get(name)
    if effect is None or effect == known.KEYED:
        return False
    if effect is not None:
        write = effect == known.WRITES
        access.announce(write, owner, None, site)
        access.written += write
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
        bound = type(inner) is types.BuiltinFunctionType and (
            _kinds[type(inner.__self__)] or inner in _ATTRIBUTE_FUNCTIONS
        )
        if not bound and not whole.shallow_reads(given):
            return function
    elif kind is types.MethodType:
        if type(function.__func__) is not types.FunctionType or not _is_of_container(function):
            return function
    elif kind is types.BuiltinFunctionType or kind is types.MethodWrapperType:
        if not _is_of_container(function) and not _is_unwatched(function):
            return function
    elif kind is not types.FunctionType or not _is_unwatched(function):
        return function
    return callee(function, site)


def _is_of_container(method):
    return storage.looks[type(method.__self__)] is not None


def _is_unwatched(function):
    return known.is_unwatched(function.__module__, function.__name__)


class Kept:
    """A method of a container that the program keeps or hands on, instead of calling it: announces what
    it touches when it is called, from wherever that is."""

    __slots__ = ("__wrapped__", "_site")

    def __init__(self, method, site):
        self.__wrapped__, self._site = method, site

    def __call__(self, /, *args, **kwargs):
        return call(self.__wrapped__, self._site, *args, **kwargs)()

    def __getattr__(self, name):
        return getattr(self.__wrapped__, name)

    def __eq__(self, other):
        return self.__wrapped__ == (other.__wrapped__ if type(other) is Kept else other)

    def __hash__(self):
        return hash(self.__wrapped__)

    def __repr__(self):
        return repr(self.__wrapped__)


def keep(method, site):
    """What to keep instead of a method that is not called on the spot."""
    kind = type(method)
    if kind is types.BuiltinFunctionType or kind is types.MethodWrapperType:
        if _is_of_container(method):
            return Kept(method, site)
    elif kind is types.MethodType and _is_of_container(method):
        if type(method.__func__) is types.FunctionType and not storage.is_learner_code(method.__func__):
            return Kept(method, site)
    return method


# Look at the frame that calls them, or are harmless whatever they are given.
_FRAME_LOOKERS = frozenset([globals, locals, vars, dir, eval, exec, super, __import__])


def _touches_nothing(function):
    kind = type(function)
    if kind is types.FunctionType and _is_unwatched(function):
        return False
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
            _report_unwatched(function)
            effect = known.effect(function.__module__, function.__name__)
            _arguments(effect, site, args, kwargs, known.looks_into_objects(function.__module__))
    elif kind is types.BuiltinFunctionType or kind is types.MethodWrapperType:
        owner = function.__self__
        if type(owner) is types.MemberDescriptorType:
            _call_descriptor(owner, function.__name__, site, args)
        elif kind is types.BuiltinFunctionType and (
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


def _call_descriptor(descriptor, name, site, args):
    if name in ("__get__", "__set__", "__delete__") and args and args[0] is not None:
        _points(site, storage.field, name != "__get__", args[0], descriptor.__name__)


def _call_object(function, site, args, kwargs):
    cls = function if storage.is_a(function, type) else type(function)
    if storage.is_learners(cls):
        return
    if cls is operator.methodcaller:
        _arguments(known.WRITES, site, args, kwargs)
        return
    module = storage.module_of(cls)
    if cls is function and known.is_unwatched(module, storage.class_name(cls)):
        storage.report(f"{module}.{storage.class_name(cls)}, whose effects are not watched")
    if module == "builtins" and cls is not function:
        return
    _arguments(known.effect(module, "__call__"), site, args, kwargs, cls is operator.attrgetter)


_ATTRIBUTE_FUNCTIONS = {
    getattr: (access.read_attribute, 2),
    hasattr: (access.read_attribute, 2),
    setattr: (access.write_attribute, 3),
    delattr: (access.write_attribute, 2),
}


def _call_function(function, site, args, kwargs):
    attribute = _ATTRIBUTE_FUNCTIONS.get(function)
    if attribute is not None:
        if len(args) >= attribute[1] and type(args[1]) is str:
            attribute[0](args[0], args[1], site)
        return
    _report_unwatched(function)
    effect = known.effect(function.__module__, function.__name__)
    _arguments(effect, site, args, kwargs, known.looks_into_objects(function.__module__))


def _report_unwatched(function):
    if _is_unwatched(function):
        storage.report(f"{function.__module__}.{function.__name__}, whose effects are not watched")


def _arguments(effect, site, args, kwargs, into_objects=False):
    """Announces that the containers among the arguments are read, or written."""
    if effect is None:
        return
    values = _visible(args, kwargs)
    if effect == known.READS:
        # Functions that are given away with them may read attributes by name.
        into_objects = into_objects or any(type(value) is operator.attrgetter for value in values)
        _points(site, whole.deep_reads, values, into_objects)
    else:
        _points(site, _given_away, values)


def _given_away(values):
    accesses = []
    for value in values:
        containers = storage.behind(value)
        if containers:
            accesses += [(True, container, None) for container in containers]
        elif storage.iterators[type(value)] or storage.is_learners(type(value)):
            accesses.append((True, value, None))
    return accesses


_ATTRIBUTE_METHODS = {
    "__getattribute__": (storage.attribute_reads, object.__getattribute__, False),
    "__setattr__": (storage.attribute_writes, object.__setattr__, True),
    "__delattr__": (storage.attribute_writes, object.__delattr__, True),
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
    elif storage.iterators[type(owner)]:
        _points(site, whole._advanced, owner)
    elif storage.looks[type(owner)] is not None:
        _points(site, _behind_accesses, owner, name not in known.LOOKS)
        _arguments(known.READS, site, args, kwargs)
    else:
        _call_foreign_method(owner, name, site, args, kwargs)


# Objects of these modules are changed by their methods.
_CHANGED_BY_METHODS = frozenset(["_hashlib", "_csv"])


def _method_of(owner):
    return ((True, owner, None),)


def _behind_accesses(owner, write):
    return [(write, container, None) for container in storage.behind(owner)]


def _call_foreign_method(owner, name, site, args, kwargs):
    cls = type(owner)
    if known.is_unwatched(storage.module_of(cls), name):
        storage.report(f"{storage.class_name(cls)}.{name}, whose effects are not watched")
    if storage.synchronised(cls) or storage.is_a(owner, type) and storage.synchronised(owner):
        return
    module = storage.module_of(cls)
    if not storage.is_learners(cls) and (
        known.top(module) not in known.READERS or module in _CHANGED_BY_METHODS
    ):
        _points(site, _method_of, owner)
    _arguments(known.effect(module, name), site, args, kwargs)


def _method_accesses(kind, owner, name, args, others):
    effect = known.METHODS[kind].get(name)
    if effect is None:
        if name in known.VIEWS or name[:2] == "__":
            return ()
        effect = known.WRITES
    others = [access for access in whole.shallow_reads(others) if access[1] is not owner]
    if effect == known.KEYED:
        return others + _keyed(owner, name, args)
    return others + [(effect == known.WRITES, owner, None)]


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


_LONE_ARGUMENT = _references_of_argument([]) if whole.LONE > 0 else -1


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


# The same where the interpreter can switch after the call; `_after` and `_after_any` say whether.

_after = _after_any = None


def marked_call(function, site, /, *args, **kwargs):
    """As `call`."""
    made = call(function, site, *args, **kwargs)
    return made if _after(function) is function else _after_any(made)


def _marked(callee, function, site):
    found = callee(function, site)
    return found if found is function and _after(function) is function else _after_any(found)


def marked_callee(function, site):
    """As `callee`."""
    return _marked(callee, function, site)


def marked_bare_callee(function, site):
    """As `bare_callee`."""
    return _marked(bare_callee, function, site)


def install_switches(heddle):
    """Takes what says where the interpreter can switch from the agent; gives more helpers."""
    global _after, _after_any
    _after, _after_any = heddle.after_call, heddle.after_any_call
    return {
        "ks": marked_call,
        "fs": marked_callee,
        "fbs": marked_bare_callee,
        "sc": heddle.after_call,
        "sa": heddle.after_any_call,
        "se": heddle.each_round,
        "sr": heddle.Rounds,
        "ss": heddle.can_switch,
        "sd": heddle.after_definition,
    }


HELPERS = {
    "k": call,
    "f": callee,
    "fb": bare_callee,
    "m": keep,
}
