"""Names for objects and variables: the smallest way to say them in the program's own words.

A name is looked for from the globals of the program's files on: `lock`, `a.lock`, `accounts[0].lock`.
Only real storage is looked at (dictionaries of instances, slots, exact lists and dicts), so that no
code of the learner's runs, and always in the same order, so that the same program gives the same
names. The walk is bounded; an object that it does not find is named by its class.
"""

import sys
import types

from . import storage

__builtins__ = storage.BUILTINS

_DEPTH = 3
_BUDGET = 2000
# Code of functions, whose variables are not a namespace in everyone's sight.
_CO_OPTIMIZED = 0x1
# The names of the module whose globals need no prefix.
_MAIN = ("__main__", "__mp_main__")
_sites = {}
# Names from globals on of owners of variables, by their ids. (`_heddle` keeps owners alive for the execution.)
_owners = {}


def forget():
    """Forgets the names of an execution."""
    _owners.clear()


def add_sites(file_index, first_site, sites):
    """Remembers the (line, text) of the sites of a file."""
    for number, (line, text) in enumerate(sites, first_site):
        _sites[number] = (file_index, line, text)


def site(number):
    """(file, line, text) of a site, or `None`."""
    return _sites.get(number)


def learner_modules():
    """(name, globals) of the program's modules that are loaded, the main one first.

    (To look at all of `sys.modules` would copy hundreds of shared pages in every forked execution.)
    """
    for name in storage.learner_modules:
        module = sys.modules.get(name)
        if type(module) is types.ModuleType or storage.is_a(module, types.ModuleType):
            namespace = storage.module_namespace(module)
            if storage._is_learner_namespace(namespace):
                yield name, namespace


def _is_name(text):
    return type(text) is str and text.isidentifier() and not text.startswith("__")


def children(o):
    """(suffix, value) of what an object holds in plain sight, in a fixed order."""
    cls = type(o)
    kind = storage.kinds[cls]
    if kind == "dict":
        for key, value in list(dict.items(o)):
            if type(key) in (str, int, bool, bytes, type(None)):
                yield f"[{key!r}]", value
        return
    if kind == "list" or cls is tuple:
        for index, value in enumerate(list(kind and list.__iter__(o) or o)):
            yield f"[{index}]", value
        return
    if not storage.is_learners(cls) and cls is not types.SimpleNamespace:
        return
    own = storage.instance_dict(o)
    for name, value in list(own.items()) if own else ():
        if _is_name(name):
            yield f".{_unmangled(cls, name)}", value
    yield from _slots(o, cls)


def _slots(o, cls):
    for owner in storage.mro(cls):
        for name, member in list(storage._namespace(owner).items()):
            if type(member) is types.MemberDescriptorType and storage.is_learners(owner):
                try:
                    yield f".{_unmangled(cls, name)}", member.__get__(o)
                except AttributeError:
                    continue


def _unmangled(cls, name):
    for owner in storage.mro(cls):
        prefix = f"_{storage.class_name(owner).lstrip('_')}__"
        if name.startswith(prefix) and not name.endswith("__"):
            return name[len(prefix) - 2 :]
    return name


def _walk():
    """(name, object) of everything that globals lead to, the shortest way first."""
    level = []
    for module, namespace in learner_modules():
        prefix = "" if module in _MAIN else f"{module}."
        for name, value in list(namespace.items()):
            if _is_name(name) and not storage.is_a(value, types.ModuleType):
                level.append((prefix + name, value))
    seen, budget = set(), _BUDGET
    for _ in range(_DEPTH + 1):
        below = []
        for name, value in level:
            yield name, value
            if id(value) in seen or budget <= 0:
                continue
            seen.add(id(value))
            for suffix, child in children(value):
                budget -= 1
                if budget <= 0:
                    break
                below.append((name + suffix, child))
        level = below


def paths():
    """The shortest name by which globals lead to each object of the program's classes, by its id.

    For when many are asked for at once. The ids hold as long as nobody runs.
    """
    known = {}
    for name, value in _walk():
        if storage.is_learners(type(value)):
            known.setdefault(id(value), name)
    return known


def path_to(wanted):
    """The shortest name by which globals lead to an object, or `None`."""
    # Most are globals themselves, and need no walk.
    for module, namespace in learner_modules():
        for name, value in namespace.items():
            if value is wanted and _is_name(name) and not storage.is_a(value, types.ModuleType):
                return name if module in _MAIN else f"{module}.{name}"
    for name, value in _walk():
        if value is wanted:
            return name
    return None


def class_name(o):
    """The name of an object's class."""
    return storage.class_name(type(o))


def _in_frames(wanted):
    """The name of a local variable that holds an object in a running function of the program.

    The calling task's own functions come first, the outermost first: that is where an object that is
    handed on was made.
    """
    me = sys._getframe()
    others = [frame for frame in sys._current_frames().values() if frame is not me]
    for frame in (me, *others):
        for name, value in reversed(list(_variables_below(frame))):
            suffix = "" if value is wanted else _suffix(value, wanted)
            if suffix is not None and name != "self":
                return name + suffix
    return None


def _variables_below(frame):
    while frame is not None:
        if frame.f_code.co_filename in storage.learner_files:
            yield from reversed(locals_of(frame))
        frame = frame.f_back


def _suffix(o, wanted):
    """How an object holds another one directly: `.lock`, `[0]`."""
    for suffix, value in children(o):
        if value is wanted:
            return suffix
    return None


def locals_of(frame):
    """(name, value) of the variables of a function that runs."""
    code = frame.f_code
    if not code.co_flags & _CO_OPTIMIZED:
        return []
    values = frame.f_locals
    names = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    return [(name, values[name]) for name in names if _is_name(name) and name in values]


def name_object(o, kind_word):
    """The name of a lock, queue …; `kind_word` alone when nothing leads to it."""
    return path_to(o) or _in_frames(o) or kind_word


def name_variable(base, key, number):
    """The name of a shared variable, as `a.balance`, `prices['tea']`, `counter`."""
    if type(base) is types.CellType:
        return _text_of(number) or "variable"
    for module, namespace in learner_modules():
        if namespace is base:
            prefix = "" if module in _MAIN else f"{module}."
            return f"{prefix}{key}" if key is not None else f"{prefix}globals"
    if storage.is_a(base, type):
        name = storage.class_name(base)
        return f"{name}.{key}" if key is not None else name
    return _member_name(base, key)


def _member_name(base, key):
    container = storage.kinds[type(base)] is not None
    owner = _owners.get(id(base)) or path_to(base)
    if owner is not None:
        _owners[id(base)] = owner
    else:
        # Later there may be a better one.
        owner = _in_frames(base)
    if owner is None:
        owner = class_name(base) if container else f"<{class_name(base)}>"
    if key is None:
        return owner
    if container and not (type(key) is str and _has_attribute(base, key)):
        return f"{owner}[{key!r}]"
    if type(key) is str:
        return f"{owner}.{_unmangled(type(base), key)}"
    return f"{owner}[{key!r}]"


def _has_attribute(base, key):
    """Whether a container's own dictionary, not its items, has this name."""
    own = storage.instance_dict(base)
    return own is not None and key in own


def _text_of(number):
    known = _sites.get(number)
    return known[2] if known else None
