"""What code that we do not rewrite does to the containers it is given.

Effects are letters: `r` reads the whole container, `w` writes it, `k` works on the key in the first
argument. What is not named here counts as a write of everything it is given.
"""

READS, WRITES, KEYED = "r", "w", "k"


def _table(reads="", writes="", keyed=""):
    table = dict.fromkeys(reads.split(), READS)
    table.update(dict.fromkeys(writes.split(), WRITES))
    table.update(dict.fromkeys(keyed.split(), KEYED))
    return table


_SEQUENCE = (
    "index count copy __len__ __contains__ __iter__ __reversed__ __add__ __mul__ __rmul__ "
    "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ __str__ __bool__ __sizeof__ __reduce_ex__ "
    "__reduce__ __copy__ __format__"
)
_BYTES = (
    " capitalize center decode endswith expandtabs find hex isalnum isalpha isascii isdigit islower "
    "isspace istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace "
    "rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title "
    "translate upper zfill tobytes tolist tofile tounicode buffer_info"
)
_SEQUENCE_WRITES = (
    "append extend insert pop remove clear reverse sort __iadd__ __imul__ __init__ __setstate__ "
    "appendleft extendleft popleft rotate byteswap frombytes fromfile fromlist fromunicode resize"
)

# By the kind of container: what its methods do to it. Methods that are not listed (views, class
# methods) touch nothing.
METHODS = {
    "list": _table(_SEQUENCE, _SEQUENCE_WRITES, "__getitem__ __setitem__ __delitem__"),
    "deque": _table(_SEQUENCE, _SEQUENCE_WRITES, "__getitem__ __setitem__ __delitem__"),
    "bytearray": _table(
        _SEQUENCE + _BYTES, _SEQUENCE_WRITES, "__getitem__ __setitem__ __delitem__"
    ),
    "array": _table(_SEQUENCE + _BYTES, _SEQUENCE_WRITES, "__getitem__ __setitem__ __delitem__"),
    "dict": _table(
        "copy __len__ __iter__ __reversed__ __or__ __ror__ __eq__ __ne__ __repr__ __str__ __bool__ "
        "__reduce_ex__ __reduce__ __copy__ __sizeof__ __format__",
        "update clear popitem __init__ __ior__ move_to_end __missing__ __setstate__",
        "get pop setdefault __getitem__ __setitem__ __delitem__ __contains__",
    ),
    "set": _table(
        "copy difference intersection isdisjoint issubset issuperset symmetric_difference union "
        "__len__ __contains__ __iter__ __and__ __or__ __sub__ __xor__ __rand__ __ror__ __rsub__ "
        "__rxor__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __repr__ __str__ __bool__ __reduce__ "
        "__reduce_ex__ __sizeof__ __format__",
        "add clear difference_update discard intersection_update pop remove "
        "symmetric_difference_update update __ior__ __iand__ __isub__ __ixor__ __init__",
    ),
}

# How a keyed method touches its item.
ITEM_READS = frozenset(["get", "__getitem__", "__contains__"])
ITEM_WRITES = frozenset(["__setitem__"])
ITEM_REMOVES = frozenset(["pop", "__delitem__"])
ITEM_DEFAULTS = frozenset(["setdefault"])

# Methods that keep, or look for, what they are given, and do not look into it.
KEEPS = frozenset(
    "append appendleft insert add discard get pop setdefault remove index count rotate __setitem__ "
    "__getitem__ __delitem__ __contains__ move_to_end sort".split()
)

# Names that `o.name(...)` could mean on a built-in container: such calls announce themselves after
# their arguments.
METHOD_NAMES = frozenset(name for table in METHODS.values() for name in table) | frozenset(
    ["__setattr__", "__delattr__", "__getattribute__", "fromkeys"]
)

# Classes of these modules (and of what is below them) synchronise themselves: their attributes and
# methods are the business of the primitives' shims, and what is given to them is handed over, not
# looked into.
SYNCHRONISED = frozenset(
    "threading _thread queue _queue concurrent multiprocessing _multiprocessing asyncio _asyncio "
    "contextlib contextvars _contextvars weakref _weakref _weakrefset logging typing types abc enum "
    "signal time sys gc selectors select socket _socket subprocess atexit "
    "faulthandler _heddle heddle_shims".split()
)

# Functions of these modules only read what they are given, but for the ones that WRITERS names.
READERS = frozenset(
    "builtins json _json math copy pprint statistics itertools functools _functools operator "
    "_operator collections _collections bisect _bisect heapq _heapq random _random string _string "
    "textwrap pickle _pickle struct _struct zlib hashlib _hashlib _sha1 _sha2 _md5 datetime "
    "_datetime decimal _decimal fractions enum os posix ntpath posixpath io _io re inspect traceback "
    "unittest dataclasses reprlib copyreg base64 binascii time timeit platform uuid secrets "
    "warnings _warnings zoneinfo calendar locale difflib csv _csv html array".split()
)
WRITERS = frozenset(
    [
        ("heapq", "heappush"),
        ("heapq", "heappop"),
        ("heapq", "heapify"),
        ("heapq", "heapreplace"),
        ("heapq", "heappushpop"),
        ("bisect", "insort"),
        ("bisect", "insort_left"),
        ("bisect", "insort_right"),
        ("random", "shuffle"),
        ("operator", "setitem"),
        ("operator", "delitem"),
        ("operator", "iadd"),
        ("operator", "iconcat"),
        ("operator", "imul"),
        ("operator", "ior"),
        ("operator", "iand"),
        ("operator", "isub"),
        ("operator", "ixor"),
        ("struct", "pack_into"),
        ("builtins", "next"),
        ("builtins", "setattr"),
        ("builtins", "delattr"),
    ]
)


def top(module):
    """`_heapq.x` -> `heapq`: the package's name without the underscore of its C half."""
    return module.partition(".")[0].removeprefix("_")


def effect(module, name):
    """What the function `name` of a module does to the containers in its arguments."""
    if type(module) is not str:
        return WRITES
    package = module.partition(".")[0]
    if (top(module), name) in WRITERS:
        return WRITES
    if package in READERS:
        return READS
    return None if package in SYNCHRONISED else WRITES


# What the rewriter knows of built-in functions before the program runs. Positional arguments of the
# first are read as a whole; the second read theirs step by step; the third look into none.
WHOLE = frozenset(
    "len sum min max sorted any all list tuple set frozenset dict str repr print bytes bytearray "
    "ascii format bool reversed".split()
)
STEPWISE = frozenset("enumerate zip map filter".split())
BLIND_TO_CONTAINERS = frozenset(
    "isinstance issubclass id type callable range int float complex round abs chr ord bin oct hex "
    "input open super property staticmethod classmethod object slice divmod pow hash iter dir "
    "breakpoint memoryview globals locals vars exec eval compile __import__ help exit quit "
    "__build_class__ aiter anext".split()
)
