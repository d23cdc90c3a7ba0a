"""Where an attribute or an item is really stored, found without running any of the learner's code.

An access is announced for *storage*: an entry of an instance's dictionary, a slot, an entry of a
class, an item of a container. `o.x` may mean any of them, or a property, a method or `__getattr__`,
which are code and announce what they touch themselves.

For each type and name the answer is a *plan*, made once: `None` (nothing to announce) or a function
of (write, object, name) that yields the accesses as (write, base, key). Classes are inspected through
`type`'s own descriptors, because `cls.__mro__` and `cls.__dict__` may be the learner's code.
"""

import _thread
import _weakref
import builtins
import types

from . import known

# A program may replace built-in functions: those that the helpers call stay what they are. (Python
# looks built-in names up in the `__builtins__` that a function's module had when it was made.)
BUILTINS = __builtins__ = dict(builtins.__dict__)

_real_mro = type.__dict__["__mro__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_dict_offset = type.__dict__["__dictoffset__"].__get__
module_namespace = types.ModuleType.__dict__["__dict__"].__get__
_MISSING = object()

# Names that the program stores on classes; with `foreseen` false it may store any.
class_stores = set()
foreseen = True

# Told about stores on classes that the survey could not foresee.
report = None

# Files of the program: code from there announces its own accesses.
learner_files = set()

# Names of the program's modules, in the order of its files.
learner_modules = ["__main__", "__mp_main__"]

_CODE_DESCRIPTORS = (
    property,
    types.GetSetDescriptorType,
)
_METHODS = (
    types.FunctionType,
    classmethod,
    staticmethod,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
)


def _mro(cls):
    """The classes that lend `cls` their attributes, itself first; none while it is being made."""
    return _real_mro(cls) or ()


mro = _mro


def is_a(o, *classes):
    """`isinstance` by an object's real class, which it cannot make up."""
    return is_below(type(o), classes)


def is_below(cls, classes):
    """`issubclass` by real inheritance alone."""
    for base in _mro(cls):
        for wanted in classes:
            if base is wanted:
                return True
    return False


def find(cls, name):
    """(owner, value) of a name in a class or its bases, or (None, None)."""
    for owner in _mro(cls):
        value = _namespace(owner).get(name, _MISSING)
        if value is not _MISSING:
            return owner, value
    return None, None


def has(cls, name):
    """Whether a class or one of its bases has this name."""
    return find(cls, name)[0] is not None


def module_of(cls):
    """The name of the module that defined a class."""
    module = _module(cls)
    return module if type(module) is str else ""


def class_name(cls):
    """The name of a class."""
    return _name(cls)


def is_learners(cls):
    """Whether the program's own code defined this class."""
    module = _namespace(cls).get("__module__", _MISSING)
    return type(module) is str and is_learner_module(module)


def is_learner_module(name):
    """Whether a module of this name is one of the program's files."""
    import sys

    module = sys.modules.get(name)
    if not is_a(module, types.ModuleType):
        return name in ("__main__", "__mp_main__")
    return _is_learner_namespace(module_namespace(module))


def _is_learner_namespace(namespace):
    file = namespace.get("__file__")
    return type(file) is str and file in learner_files or namespace.get("__name__") == "__main__"


def is_learner_code(function):
    """Whether this Python function was compiled from one of the program's files."""
    return function.__code__.co_filename in learner_files


def synchronised(cls):
    """Whether a class takes care of its own synchronisation."""
    return module_of(cls).partition(".")[0] in known.SYNCHRONISED


def instance_dict(o):
    """The dictionary of an instance, or `None`."""
    for owner in _mro(type(o)):
        descriptor = _namespace(owner).get("__dict__", _MISSING)
        if type(descriptor) is types.GetSetDescriptorType:
            found = descriptor.__get__(o)
            return found if is_a(found, dict) else None
        if descriptor is not _MISSING:
            return None
    return None


# Attributes -------------------------------------------------------------------------------------


# Entries for the program's own classes: (table, class).
_learners = []


def _note_learners(table, cls):
    if is_learners(cls):
        _learners.append((table, cls))


class _Plans(dict):
    """Plans of one type by attribute name, made at the first look."""

    __slots__ = ("make", "cls")

    def __missing__(self, name):
        plan = self[name] = self.make(self.cls, name)
        return plan


class _ByType(dict):
    __slots__ = ("make",)

    def __init__(self, make):
        self.make = make

    def __missing__(self, cls):
        _note_learners(self, cls)
        plans = self[cls] = _Plans()
        plans.make, plans.cls = self.make, cls
        return plans


def field(write, o, name):
    return ((write, o, name),)


def _shadowed(write, o, name):
    """A plain value in the class: an instance reads its own entry or, for want of one, the class's.
    That it has none is read from the instance, and another task may give it one."""
    own = instance_dict(o)
    owner, _ = find(type(o), name)
    if write or owner is None or own is not None and name in own:
        return ((write, o, name),)
    return ((False, o, name), *_class_reads(type(o), owner, name))


def _class_reads(cls, owner, name):
    """Looking a name up reads every class up to the one that has it: each may get one of its own."""
    if not may_change_in_class(name):
        return ()
    line = _mro(cls)
    upto = line[: line.index(owner) + 1] if owner in line else line
    return tuple((False, each, name) for each in upto if each is owner or is_learners(each))


def _shadowed_without_dict(write, o, name):
    owner, _ = find(type(o), name)
    if write:
        return ((True, owner or o, name),) if may_change_in_class(name) else ()
    return _class_reads(type(o), owner, name)


def may_change_in_class(name):
    """Whether the program may store an attribute of this name on a class."""
    return not foreseen or name in class_stores


def _method(write, o, name):
    """A method is code, but an instance may get an entry of that name, and a class another method."""
    own = instance_dict(o)
    of_class = () if own is not None and name in own else _class_reads(type(o), find(type(o), name)[0], name)
    return of_class if own is None else ((write, o, name), *of_class)


def _cached_property(write, o, name):
    own = instance_dict(o)
    return ((own is None or name not in own, o, name),)


def _of_class(write, cls, name):
    if write:
        forget()
        if not may_change_in_class(name):
            report(f"{class_name(cls)}.{name} = …, a variable of a class that is stored indirectly")
        return ((True, cls, name),)
    owner, value = find(cls, name)
    if owner is None:
        # A class that lacks a name is an instance of its metaclass.
        return _class_reads(cls, None, name) + _class_reads(type(cls), *_owner(type(cls), name))
    return () if is_a(value, *_CODE_DESCRIPTORS) else _class_reads(cls, owner, name)


def _owner(cls, name):
    return find(cls, name)[0], name


def _of_module(write, module, name):
    namespace = module_namespace(module)
    if _is_learner_namespace(namespace):
        return ((write, namespace, name),)
    if write:
        report(f"{namespace.get('__name__')}.{name} = …, a variable of a module that is not watched")
    return ()


def _special(cls):
    """The plan of every attribute of classes, modules and primitives; `_MISSING` for the rest."""
    bases = _mro(cls)
    if type in bases:
        return _of_class
    if types.ModuleType in bases:
        return _of_module
    if any(base in _PROXIES for base in bases):
        return _of_proxy
    return _MISSING


# Types that are said to come from a synchronised module but are plain data or functions.
_PLAIN = (types.FunctionType, types.SimpleNamespace)

# Classes in C whose attributes are not where one looks for them.
_PROXIES = (_weakref.ProxyType, _weakref.CallableProxyType)
_HOOKED = (super, _thread._local, *_PROXIES)


def _of_proxy(write, o, name):
    report(f".{name} of a weakref.proxy")
    return ()


def _is_plain_hook(cls, hook):
    """Whether attributes of a class are found in the usual way: by code in C."""
    owner, value = find(cls, hook)
    return type(value) is types.WrapperDescriptorType and owner not in _HOOKED


def _synchronised_plan(cls, name):
    """Attributes of primitives are their own business, but for what the program adds to them."""
    owner, _ = find(cls, name)
    if _is_thread_name(owner, name):
        return field
    if name[:1] == "_" or owner is not None or _dict_offset(cls) == 0:
        return None
    if name in known.OWN_ATTRIBUTES:
        return _inner if name == "queue" else None
    return field if module_of(cls) in known.OPEN_TO_ATTRIBUTES else None


def _is_thread_name(owner, name):
    return name == "name" and owner is not None and module_of(owner) == "threading"


def _inner(write, o, name):
    report("the list inside a queue")
    return ()


def _plan(cls, name, hook, write):
    special = _special(cls)
    if special is not _MISSING:
        return special
    if name[:2] == "__" == name[-2:]:
        return None
    if synchronised(cls) and cls not in _PLAIN:
        return _synchronised_plan(cls, name)
    if not _is_plain_hook(cls, hook):
        return None
    owner, value = find(cls, name)
    has_dict = _dict_offset(cls) != 0
    if owner is None:
        if name == "queue" and any(synchronised(base) for base in _mro(cls)):
            return _inner
        return field if has_dict else None
    kind = type(value)
    if kind is types.MemberDescriptorType or _keeps_fields(owner) or _is_thread_name(owner, name):
        return field
    if class_name(kind) == "cached_property" and module_of(kind) == "functools":
        return field if write else _cached_property
    if is_a(value, *_CODE_DESCRIPTORS) or has(kind, "__set__") or has(kind, "__delete__"):
        return None
    if write:
        return field if has_dict else None
    if is_a(value, *_METHODS) or has(kind, "__get__"):
        return _method
    return _shadowed if has_dict else _shadowed_without_dict


def stored_plan(cls, name, write):
    """The plan for `object.__setattr__` and its kin, which go past the class's own hooks."""
    if _special(cls) is not _MISSING:
        return _special(cls)
    if synchronised(cls) and cls not in _PLAIN:
        return _synchronised_plan(cls, name)
    owner, value = find(cls, name)
    kind = type(value)
    if owner is not None and kind is not types.MemberDescriptorType:
        if is_a(value, *_CODE_DESCRIPTORS) or has(kind, "__set__"):
            return None
        if not write:
            return _shadowed if _dict_offset(cls) else _shadowed_without_dict
    return field


def _is_ctypes(owner):
    return module_of(owner) in ("_ctypes", "ctypes")


def _keeps_fields(owner):
    """Whether a class in C gives access to its own memory by descriptors."""
    return _is_ctypes(owner) or module_of(owner) == "decimal" or BaseException in _mro(owner)


def _read_plan(cls, name):
    return _plan(cls, name, "__getattribute__", False)


def _write_plan(cls, name):
    return _plan(cls, name, "__setattr__", True)


attribute_reads = _ByType(_read_plan)
attribute_writes = _ByType(_write_plan)


def forget():
    """Drops all plans: a class has changed."""
    attribute_reads.clear()
    attribute_writes.clear()
    item_reads.clear()
    item_writes.clear()
    item_removals.clear()


def forget_program():
    """Forgets what is known of a program: another one is about to be loaded."""
    global foreseen
    foreseen = True
    class_stores.clear()
    learner_files.clear()
    del learner_modules[2:]
    forget()


def forget_learners():
    """Drops the plans for the program's own classes: the next execution makes its own."""
    for table, cls in _learners:
        table.pop(cls, None)
    _learners.clear()


# Containers -------------------------------------------------------------------------------------


class _Kinds(dict):
    """The kind of built-in container that a type is or inherits from, or `None`."""

    def __missing__(self, cls):
        _note_learners(self, cls)
        kind = self[cls] = _kind(cls)
        return kind


def _kind(cls):
    for base in _mro(cls):
        name = _name(base)
        if base is list or base is dict or base is set or base is bytearray:
            return name
        place = (module_of(base), name)
        if place in (("collections", "deque"), ("array", "array")):
            return name
        if place in known.OPAQUE:
            return "opaque"
    return None


kinds = _Kinds()


def safe_key(key):
    """(True, key as an identity) for keys that compare without any code of the learner's."""
    kind = type(key)
    if kind is str or kind is int or kind is bytes or key is None:
        return True, key
    if kind is bool:
        return True, int(key)
    if kind is float:
        # 1.0 and 1 are one key.
        return key == key, int(key) if key.is_integer() else key
    if kind is tuple and len(key) <= 8:
        parts = [safe_key(part) for part in key]
        return all(safe for safe, _ in parts), tuple(part for _, part in parts)
    return False, None


def _sequence_plan(length):
    """Items by their index from the front; slices and what is out of range stand for the whole."""

    def plan(write, o, key):
        if type(key) is int or type(key) is bool:
            size = length(o)
            index = key + size if key < 0 else int(key)
            if 0 <= index < size:
                return ((write, o, index),)
        return ((write, o, None),)

    return plan


def _array_length(o):
    import array

    return array.array.__len__(o)


def _deque_length(o):
    import collections

    return collections.deque.__len__(o)


_sequence_plans = {
    "list": _sequence_plan(list.__len__),
    "bytearray": _sequence_plan(bytearray.__len__),
    "deque": _sequence_plan(_deque_length),
    "array": _sequence_plan(_array_length),
}


def _dict_item(write, o, key):
    safe, identity = safe_key(key)
    if not safe:
        return ((write, o, None),)
    if write and not dict.__contains__(o, key):
        return ((True, o, None),)
    return ((write, o, identity),)


def _default_dict_item(write, o, key):
    """`d[k]` of a defaultdict inserts a missing key."""
    import collections

    factory = collections.defaultdict.__dict__["default_factory"].__get__(o)
    if not write and factory is not None:
        safe, _ = safe_key(key)
        if not safe or not dict.__contains__(o, key):
            return ((True, o, None),)
    return _dict_item(write, o, key)


def _opaque_item(write, o, key):
    base, size = o, None
    if type(o) is memoryview:
        base = o.obj
        # A view of all bytes of what is below it: they are its items.
        if o.ndim == 1 == o.itemsize and o.contiguous and o.nbytes == _bytes_of(base):
            size = o.nbytes
    elif _is_ctypes_array(type(o)):
        size = type(o)._length_
    if size is not None and type(key) is int and -size <= key < size:
        return ((write, base, key % size),)
    return tuple((write, part, None) for part in behind(o) or (base,))


def _bytes_of(base):
    import mmap

    return len(base) if type(base) in (bytearray, mmap.mmap) else None


def _is_ctypes_array(cls):
    return any(class_name(base) == "Array" and _is_ctypes(base) for base in _mro(cls))


def _item_plan(cls, method):
    owner, value = find(cls, method)
    if owner is None or type in _mro(cls):
        return None
    if kinds[cls] == "opaque" and not is_learners(owner):
        return _opaque_item
    if type(value) is types.FunctionType:
        if is_learner_code(value) or synchronised(owner):
            return None
        return _opaque_item
    kind = kinds[cls]
    if kind == "dict":
        missing, _ = find(cls, "__missing__")
        default = missing is not None and has(missing, "default_factory")
        return _default_dict_item if default else _dict_item
    if kind in _sequence_plans:
        return _sequence_plans[kind]
    if _is_immutable(cls) or synchronised(owner) or is_learners(owner):
        return None
    return _opaque_item


_IMMUTABLE = frozenset(
    [str, bytes, tuple, int, float, complex, bool, frozenset, range, type(None), slice]
    + [types.GenericAlias]
)


def _is_immutable(cls):
    return any(base in _IMMUTABLE for base in _mro(cls))


class _ItemPlans(dict):
    __slots__ = ("method",)

    def __init__(self, method):
        self.method = method

    def __missing__(self, cls):
        _note_learners(self, cls)
        plan = self[cls] = _item_plan(cls, self.method)
        return plan


item_reads = _ItemPlans("__getitem__")
item_writes = _ItemPlans("__setitem__")
item_removals = _ItemPlans("__delitem__")

VIEWS = frozenset(
    [
        type({}.keys()),
        type({}.values()),
        type({}.items()),
        type(iter([])),
        type(reversed([])),
        type(iter({})),
        type(iter({}.values())),
        type(iter({}.items())),
        type(reversed({})),
        type(reversed({}.values())),
        type(reversed({}.items())),
        type(iter(set())),
        type(iter(bytearray())),
    ]
)


def _itself(o):
    return (o,)


def _referred(o):
    """What a view or an iterator in C looks at."""
    import gc

    return tuple(part for part in gc.get_referents(o) if kinds[type(part)] is not None)


def _memory(o):
    while type(o) is memoryview:
        o = o.obj
    return (o,) if kinds[type(o)] is not None else ()


def _data(o):
    return behind((instance_dict(o) or {}).get("data"))


def _maps(o):
    maps = (instance_dict(o) or {}).get("maps", ())
    return (maps, *(part for each in maps for part in behind(each)))


def _file_of(writer):
    import gc

    methods = [part for part in gc.get_referents(writer) if type(part) is types.BuiltinFunctionType]
    return tuple(part for method in methods for part in behind(method.__self__))


_LOOKS_AT = {
    ("_csv", "writer"): _file_of,
    ("collections", "ChainMap"): _maps,
    ("collections", "UserDict"): _data,
    ("collections", "UserList"): _data,
    ("builtins", "memoryview"): _memory,
    ("builtins", "mappingproxy"): _referred,
    ("builtins", "odict_keys"): _referred,
    ("builtins", "odict_values"): _referred,
    ("builtins", "odict_items"): _referred,
    ("builtins", "odict_iterator"): _referred,
    ("collections", "_OrderedDictKeysView"): _referred,
    ("collections", "_deque_iterator"): _referred,
    ("collections", "_deque_reverse_iterator"): _referred,
    ("array", "arrayiterator"): _referred,
}


class _Looks(dict):
    """By type: a function that finds the containers a value is or looks at; `None` for other types."""

    def __missing__(self, cls):
        _note_learners(self, cls)
        look = self[cls] = _look(cls)
        return look


def _look(cls):
    if kinds[cls] is not None:
        return _itself
    if cls in VIEWS:
        return _referred
    for base in _mro(cls):
        look = _LOOKS_AT.get((module_of(base), _name(base)))
        if look is not None:
            return look
    return None


looks = _Looks()


def behind(o):
    """The containers that a value is, or that it looks at: a view, an iterator, a `ChainMap`."""
    look = looks[type(o)]
    return () if look is None else look(o)


class _Iterators(dict):
    """By type: whether it is an iterator in C, or a generator: its place is storage that tasks share."""

    def __missing__(self, cls):
        _note_learners(self, cls)
        owner, _ = find(cls, "__next__")
        library = owner is not None and not is_learners(owner) and kinds[cls] is None
        is_one = self[cls] = library and has(cls, "__iter__") and _is_plain_iterator(owner)
        return is_one


def _is_plain_iterator(owner):
    return module_of(owner) in ("builtins", "itertools", "_collections", "collections", "array", "")


iterators = _Iterators()


def iterated(cls):
    """Whether iterating over this type steps through a container with code that is not rewritten."""
    if looks[cls] is None:
        return False
    owner, value = find(cls, "__iter__")
    if owner is None:
        owner, value = find(cls, "__getitem__")
    return owner is not None and not _is_learners_function(value)


def _is_learners_function(value):
    return type(value) is types.FunctionType and is_learner_code(value)


def fields(o):
    """The values of an object's attributes."""
    own = instance_dict(o)
    values = list(own.values()) if own else []
    for owner in _mro(type(o)):
        for member in list(_namespace(owner).values()):
            if type(member) is types.MemberDescriptorType and is_learners(owner):
                try:
                    values.append(member.__get__(o))
                except AttributeError:
                    continue
    return values


_VALUES = {"list": list.__iter__, "set": set.__iter__, "dict": dict.values}


def members(container):
    """What a container holds, found by code in C."""
    kind = kinds[type(container)]
    if kind == "deque":
        import collections

        return collections.deque.__iter__(container)
    look = _VALUES.get(kind)
    return () if look is None else look(container)
