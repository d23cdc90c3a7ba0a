"""The state of a stopped program: stacks, variables and what they lead to, as plain data.

Runs while every task is parked. Values are shown without any code of the learner's: exact built-in
types as Python writes them, everything else by its class and by what globals call it.
"""

import types

from . import naming, storage

__builtins__ = storage.BUILTINS

_LENGTH = 80
_ITEMS = 8
_SHARED = 60
_DEPTH = 2
_PROGRAM = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


def snapshot(frames, learner_files, main_globals):
    """`{"stacks": {task: [frame …]}, "globals": [variable …], "shared": [variable …]}`.

    `frames` holds each task's innermost frame, `learner_files` the numbers of the program's files by
    their names. The keys below are those of `heddle_trace::snapshot`; stacks begin with the innermost
    function.
    """
    _paths.update(naming.paths())
    try:
        return {
            "stacks": {task: _stack(frame, learner_files) for task, frame in frames.items()},
            "globals": [
                _variable(name, value)
                for name, value in list(main_globals.items())
                if _is_variable(name, value)
            ],
            "shared": _shared(main_globals),
        }
    finally:
        _paths.clear()


# What globals call the objects of the program's classes, by their ids, while a snapshot is taken.
_paths = {}


def _variable(name, value):
    """A variable. What is in it has a name of its own, unless it is that very name."""
    return {"name": name, "value": short(value, name)}


def _is_variable(name, value):
    return naming._is_name(name) and not storage.is_a(value, *_PROGRAM)


def _stack(frame, learner_files):
    found = []
    while frame is not None:
        number = learner_files.get(frame.f_code.co_filename)
        if number is not None:
            found.append(_frame(frame, number))
        frame = frame.f_back
    return found


def _frame(frame, number):
    code = frame.f_code
    line = frame.f_lineno or code.co_firstlineno
    variables = naming.locals_of(frame)
    return {
        "function": code.co_qualname.rpartition("<locals>.")[2],
        "location": {"file": number, "line": line},
        "locals": [
            _variable(name, value)
            for name, value in variables
            if _is_variable(name, value)
        ],
    }


def _shared(main_globals):
    """Attributes of the program's own objects that globals lead to, the nearest first."""
    found, seen = [], set()
    level = [(name, value) for name, value in list(main_globals.items()) if naming._is_name(name)]
    for _ in range(_DEPTH):
        below = []
        for name, value in level:
            if id(value) not in seen:
                seen.add(id(value))
                below += _members(name, value, found)
        level = below
    return found[:_SHARED]


def _members(name, o, found):
    """Adds the variables of one object to `found`; gives the (name, object) that it leads to."""
    own = storage.is_learners(type(o))
    if storage.is_a(o, type):
        children = _class_variables(o) if storage.is_learners(o) else ()
        own = True
    else:
        children = naming.children(o)
    below = []
    for suffix, value in children:
        if len(found) > _SHARED or len(below) > _SHARED:
            break
        if own and not storage.is_a(value, *_PROGRAM):
            found.append(_variable(name + suffix, value))
        if storage.is_learners(type(value)) or type(value) in (list, dict, tuple):
            below.append((name + suffix, value))
    return below if own else _through(below, found)


def _through(items, found):
    """Items of a global container are no step of their own."""
    return [entry for name, value in items for entry in _members(name, value, found)]


def _class_variables(cls):
    for name, value in list(storage._namespace(cls).items()):
        if naming._is_name(name) and not storage.has(type(value), "__get__"):
            yield f".{name}", value


# Values -----------------------------------------------------------------------------------------


def short(o, variable=None):
    """A value in at most 80 characters, as Python would write it; of a variable with this name."""
    text = _text(o, 2, variable)
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"


def _text(o, depth, variable):
    cls = type(o)
    if cls is int:
        return repr(o) if o.bit_length() <= 256 else f"<int of {o.bit_length()} bits>"
    if cls in (str, bytes, bytearray):
        return repr(o) if len(o) <= _LENGTH else repr(o[:_LENGTH])
    if o is None or o is ... or o is NotImplemented or cls in (bool, float, complex, range):
        return repr(o)
    if cls in _BRACKETS:
        return _container(o, cls, depth, variable)
    return f"<{_class(o, cls, variable)}>"


_BRACKETS = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def _is_part(path, variable):
    """Whether a name is that of a variable or of something in it."""
    return variable is not None and path.startswith(variable) and path[len(variable) :][:1] in ("", ".", "[")


def _container(o, cls, depth, variable):
    opening, closing = _BRACKETS[cls]
    if not o:
        return {set: "set()", frozenset: "frozenset()"}.get(cls, opening + closing)
    if depth == 0:
        return f"{opening}…{closing}"
    parts = []
    for item in list(o.items() if cls is dict else o)[:_ITEMS]:
        if cls is dict:
            key, value = (_text(part, depth - 1, variable) for part in item)
            parts.append(f"{key}: {value}")
        else:
            parts.append(_text(item, depth - 1, variable))
    if len(o) > _ITEMS:
        parts.append("…")
    comma = "," if cls is tuple and len(o) == 1 else ""
    return opening + ", ".join(parts) + comma + closing


def _class(o, cls, variable):
    """What to call a value that is not shown itself: its class, and the name that globals have for it
    if the variable is not that very place."""
    if cls is types.FunctionType:
        return f"function {o.__code__.co_name}"
    if storage.is_a(o, types.ModuleType):
        return "module"
    if storage.is_a(o, type):
        return f"class {storage.class_name(o)}"
    name = naming.class_name(o)
    if storage.find(cls, "_bootstrap_inner")[0] is not None:
        own = storage.instance_dict(o) or {}
        label = own.get("_name")
        return f"{name} {label}" if type(label) is str else name
    path = _paths.get(id(o))
    elsewhere = path is not None and not _is_part(path, variable)
    return f"{name} {path}" if elsewhere else {"lock": "Lock"}.get(name, name)
