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
        "__reduce_ex__ __reduce__ __copy__ __sizeof__ __format__ most_common total elements",
        "update clear popitem __init__ __ior__ move_to_end __missing__ __setstate__ subtract",
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

# Objects of the library that are changed by their methods, by module and class; and what only looks.
OPAQUE = frozenset(
    [
        ("_io", "StringIO"),
        ("_io", "BytesIO"),
        ("_hashlib", "HASH"),
        ("graphlib", "TopologicalSorter"),
        ("_weakrefset", "WeakSet"),
        ("weakref", "WeakValueDictionary"),
        ("weakref", "WeakKeyDictionary"),
        ("_ctypes", "Array"),
        ("_ctypes", "Structure"),
    ]
)
METHODS["opaque"] = _table(
    "getvalue tell hexdigest digest is_active copy readable writable seekable fileno isatty get keys values "
    "items issubset issuperset union intersection difference isdisjoint valuerefs keyrefs "
    "__len__ __contains__ __iter__ __getitem__ __eq__ __ne__ __repr__ __str__ __bool__ "
    "__or__ __and__ __sub__ __xor__ __lt__ __le__ __gt__ __ge__",
    "write writelines read readline readlines readinto read1 getbuffer seek truncate flush close add done "
    "prepare get_ready static_order",
)

# Methods that only look, of objects that stand for other containers (`ChainMap`, `UserList`, views).
LOOKS = frozenset(
    "get keys values items copy index count tobytes tolist hex cast new_child isdisjoint mapping "
    "__len__ __contains__ __iter__ __getitem__ __eq__ __ne__ __repr__ __str__ __bool__ __reversed__ "
    "__or__ __ror__ __and__ __sub__ __xor__ __add__ __mul__ __lt__ __le__ __gt__ __ge__ __next__ "
    "__length_hint__".split()
)

# Methods that give a view or another object, and touch nothing by themselves.
VIEWS = frozenset(["keys", "values", "items", "fromkeys", "maketrans", "fromhex"])

# What primitives of these modules do not know can be put on them as on any object.
OPEN_TO_ATTRIBUTES = frozenset(["threading", "queue", "concurrent.futures._base", "concurrent.futures.thread"])
OWN_ATTRIBUTES = frozenset(
    "queue mutex not_empty not_full all_tasks_done unfinished_tasks maxsize is_shutdown acquire release "
    "interval function args kwargs finished daemon".split()
)

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
METHOD_NAMES = (
    LOOKS
    | frozenset(["setLevel", "addHandler", "removeHandler", "open", "touch", "read_text", "write_text", "read_bytes", "write_bytes", "unlink"])
    | frozenset(["exists", "is_file", "is_dir", "iterdir", "glob", "rglob", "mkdir", "rmdir", "rename", "stat"])
    | frozenset(name for table in METHODS.values() for name in table)
    | frozenset(["__setattr__", "__delattr__", "__getattribute__", "__get__", "__set__", "__delete__"])
    | frozenset("fromkeys register writerow writerows send throw close".split())
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
        ("builtins", "setattr"),
        ("builtins", "delattr"),
    ]
)


# Functions that reach what no rewriting sees: files, other programs, the library's own settings. With a
# dot: methods. `None` stands for all of a module.
_FILES = frozenset(
    "open fdopen read write close remove unlink rename replace renames mkdir makedirs rmdir removedirs "
    "listdir scandir walk stat lstat chmod chown utime link symlink readlink truncate ftruncate access "
    "putenv unsetenv chdir dup dup2 pipe mkfifo lseek fsync sendfile exists lexists isfile isdir islink "
    "getsize getmtime getatime getctime samefile".split()
)
_UNWATCHED = {
    "os": _FILES,
    "posix": _FILES,
    "posixpath": _FILES,
    "genericpath": _FILES,
    "pathlib": frozenset(
        "open read_text write_text read_bytes write_bytes touch unlink mkdir rmdir rename replace exists "
        "is_file is_dir stat lstat iterdir glob rglob chmod samefile symlink_to hardlink_to".split()
    ),
    "shutil": None,
    "glob": None,
    "fcntl": None,
    "mmap": None,
    "sqlite3": None,
    "dbm": None,
    "shelve": None,
    "subprocess": None,
    "socket": None,
    "select": None,
    "selectors": None,
    "warnings": frozenset(["simplefilter", "filterwarnings", "resetwarnings"]),
    "decimal": frozenset(["setcontext"]),
    "locale": frozenset(["setlocale"]),
    "gc": frozenset(["get_objects", "get_referrers", "get_referents"]),
    "functools": frozenset(["register"]),
    "logging": frozenset(["setLevel", "disable", "addHandler", "removeHandler"]),
    "importlib": frozenset(["import_module", "reload"]),
}


def is_unwatched(module, name):
    """Whether a function of the library touches what tasks share outside the program's variables."""
    if type(module) is not str:
        return False
    names = _UNWATCHED.get(top(module), ())
    return names is None or name in names


def top(module):
    """`_heapq.x` -> `heapq`: the package's name without the underscore of its C half."""
    return module.partition(".")[0].removeprefix("_")


def looks_into_objects(module):
    """Whether functions of a module read the attributes of the objects they are given."""
    return type(module) is str and top(module) in ("copy", "pickle", "dataclasses")


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
# Functions of modules that step through what they are given, with the program's code in between.
STEPWISE_FUNCTIONS = frozenset(
    [("functools", "reduce"), ("heapq", "merge")]
    + [
        ("itertools", name)
        for name in "chain islice accumulate cycle filterfalse groupby pairwise starmap takewhile dropwhile "
        "zip_longest compress tee batched".split()
    ]
)
BLIND_TO_CONTAINERS = frozenset(
    "isinstance issubclass id type callable range int float complex round abs chr ord bin oct hex "
    "input super property staticmethod classmethod object slice divmod pow hash iter dir "
    "breakpoint memoryview globals locals vars exec eval compile __import__ help exit quit "
    "__build_class__ aiter anext".split()
)
