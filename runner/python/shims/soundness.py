"""Which programs leave nothing behind, so that they can be executed again in the same process.

Decided from the source, by an allow-list of what a program may name: whatever could keep a value from
one execution to the next, or could show where objects lie in memory, is not on it.
"""

import ast

ANYTHING = None

# What a program may use of a module; `ANYTHING`: these modules have no state.
_ALLOWED = {
    "__future__": ANYTHING,
    "abc": {"ABC", "ABCMeta", "abstractmethod"},
    "bisect": ANYTHING,
    "collections": {"deque", "defaultdict", "Counter", "OrderedDict", "namedtuple", "ChainMap"},
    "collections.abc": ANYTHING,
    "concurrent.futures": {
        "ThreadPoolExecutor", "Future", "wait", "as_completed", "FIRST_COMPLETED", "FIRST_EXCEPTION",
        "ALL_COMPLETED", "TimeoutError", "CancelledError",
    },
    "contextlib": {"contextmanager", "closing", "suppress", "nullcontext", "ExitStack"},
    "dataclasses": {"dataclass", "field", "replace", "asdict", "astuple"},
    "enum": {"Enum", "IntEnum", "auto", "unique"},
    "functools": {"partial", "reduce", "wraps", "cache", "lru_cache", "total_ordering", "cmp_to_key"},
    "heapq": ANYTHING,
    "itertools": ANYTHING,
    "math": ANYTHING,
    "operator": ANYTHING,
    "queue": {"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "Empty", "Full"},
    "random": {
        "random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform",
    },
    "string": ANYTHING,
    "sys": {"argv", "exit", "maxsize", "stderr", "stdout", "version_info"},
    "threading": {
        "Thread", "Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier",
        "BrokenBarrierError", "Timer", "local", "current_thread", "main_thread", "active_count",
        "TIMEOUT_MAX",
    },
    "time": {
        "sleep", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    },
    "types": {"SimpleNamespace"},
    "typing": ANYTHING,
}

# Built-in functions that reach past the program's own objects, or tell where they lie.
_FORBIDDEN = {
    "__import__", "breakpoint", "compile", "eval", "exec", "frozenset", "globals", "hash", "help", "id",
    "input", "locals", "memoryview", "open", "set", "vars",
}
_METHODS = {"__init__", "__enter__", "__exit__", "__name__", "__class__", "__doc__", "__repr__", "__str__"}


def are_sound(trees, modules):
    """Whether the files of a program leave nothing behind; `modules` are the names of its files."""
    return all(_File(tree, modules).is_sound for tree in trees)


def imports(trees):
    """The modules that the files of a program import, or import names from."""
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
    return found


class _File(ast.NodeVisitor):
    def __init__(self, tree, modules):
        self.is_sound, self.own = True, modules
        # What a name stands for: a dotted module, or something imported out of one.
        self.modules, self.imported = {}, set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.take_modules(node)
            elif isinstance(node, ast.ImportFrom):
                self.take_names(node)
        self.visit(tree)

    def take_modules(self, node):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            if alias.name in self.own:
                continue
            self.is_sound &= alias.name in _ALLOWED
            self.modules[alias.asname or root] = alias.name if alias.asname else root

    def take_names(self, node):
        if node.module in self.own:
            return
        allowed = _ALLOWED.get(node.module, ())
        for alias in node.names:
            dotted = f"{node.module}.{alias.name}"
            if dotted in _ALLOWED:
                self.modules[alias.asname or alias.name] = dotted
                continue
            self.is_sound &= alias.name != "*" and (allowed is ANYTHING or alias.name in allowed)
            self.imported.add(alias.asname or alias.name)

    def visit_Import(self, node):
        pass

    visit_ImportFrom = visit_Import

    def visit_Name(self, node):
        if node.id in self.modules:
            # Modules are named only to take something out of them.
            self.is_sound = False
        if node.id in _FORBIDDEN and isinstance(node.ctx, ast.Load):
            self.is_sound = False

    def visit_Attribute(self, node):
        name = node.attr
        if name == "register" or name[:2] == "__" and name not in _METHODS:
            self.is_sound = False
        dotted = self.module_of(node.value)
        if dotted is None:
            if not isinstance(node.ctx, ast.Load) and self.is_imported(node.value):
                self.is_sound = False
            self.visit(node.value)
            return
        if f"{dotted}.{name}" in _ALLOWED:
            return
        allowed = _ALLOWED.get(dotted, ())
        if not isinstance(node.ctx, ast.Load) or allowed is not ANYTHING and name not in allowed:
            self.is_sound = False

    def module_of(self, node):
        """The module that an expression stands for, or `None`."""
        if isinstance(node, ast.Name):
            return self.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            outer = self.module_of(node.value)
            inner = f"{outer}.{node.attr}"
            if outer is not None and inner in _ALLOWED:
                return inner
        return None

    def is_imported(self, node):
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            if self.module_of(node) is not None:
                return True
            node = node.value
        return isinstance(node, ast.Name) and (node.id in self.imported or node.id in self.modules)

    def visit_Subscript(self, node):
        if not isinstance(node.ctx, ast.Load) and self.is_imported(node.value):
            self.is_sound = False
        self.generic_visit(node)

    def visit_Set(self, node):
        # Objects in a set are in the order of their addresses.
        self.is_sound &= all(isinstance(item, ast.Constant) for item in node.elts)

    def visit_SetComp(self, node):
        self.is_sound = False

    def visit_FunctionDef(self, node):
        if node.name == "__del__":
            self.is_sound = False
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node):
        self.is_sound = False
