"""What can be said about a program's variables before it runs, so that fewer accesses need a point.

Each reduction is sound, given that no storage changes behind the rewriter's back; code that can do
that (`exec`, `vars`, `__dict__`, a computed `setattr`) switches the reductions for attributes off and
is listed as a blind spot.

Globals. *Private*: mentioned by code outside functions only; the task that runs the file is the only
one to touch it. *Single*: bound in one place, at the file's top level and outside loops; see
`access.settle`. *Quiet*: single, in the beginning of the main file, where nothing could have started
a task yet: every other task's access comes after it. *Shared*: all others.

Closure variables. *Constant*: bound once, before any function that captures it exists: whoever
reads it got the function, hence the binding, before. *Shared*: all others.

Attributes. *Constant*: stored on `self` in `__init__` only, and `self` is not handed to anyone in
there: nobody else has the object yet, and who gets it later gets it through an access (or a
hand-over) that comes after. For the same reason stores on `self` in `__init__` need no point. The names are looked at across all classes and files of the program.

What a `while` loop tests is never taken for constant: a loop that waits in vain is a livelock, which
shows in its reads.

Values in classes. *Constant*: no file stores an attribute of that name on a class; instances that read
such a value touch only their own storage. A store that this could not foresee is reported when it
happens.

Containers. *Private*: a local variable, or a private global, that only ever holds fresh containers and
is never handed on, so that no other task can reach them.
"""

import ast
import sys

from . import known, scopes

PRIVATE, SINGLE, QUIET, SHARED, BUILTIN = "private", "single", "quiet", "shared", "built-in"

INITIALISERS = ("__init__", "__post_init__")
_UNSEEN = frozenset(["__dict__", "__setattr__", "__delattr__", "__setstate__", "__getattribute__"])
_UNSEEN_CALLS = frozenset(["exec", "eval", "vars", "globals"])


def watches_futures(tree):
    """Whether a file may use `concurrent.futures.wait` or `as_completed`."""
    wanted, modules = {"wait", "as_completed", "*"}, {"futures"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "concurrent.futures":
            if any(alias.name in wanted for alias in node.names):
                return True
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules |= {alias.asname for alias in node.names if alias.name.endswith("futures")}
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in wanted
        and (getattr(node.value, "id", None) or getattr(node.value, "attr", None)) in modules
        for node in ast.walk(tree)
    )


class Program:
    """What all files of a program together say about attributes and globals."""

    def __init__(self, trees):
        self.mutable = set()
        self.anything, self.leaks, self.remakes = False, False, False
        self.initialised, self.delegates = set(), set()
        # Attributes that are stored on classes, as far as one can see, and the classes' names.
        self.class_stores, self.classes = set(), {"cls"}
        for tree in trees:
            nodes = ast.walk(tree)
            self.classes |= {node.name for node in nodes if isinstance(node, ast.ClassDef)}
        self.attributes = set()
        self.files = len(trees)
        # Whether a file may reach its own globals, or another file's, as attributes of a module.
        self.reaches_modules = len(trees) > 1 or any(map(_reaches_modules, trees))
        for tree in trees:
            if _looks_into_queues(tree):
                self.mutable.add("queue")
        # What loops wait for: a loop that waits in vain must be seen to do so.
        self.awaited = {leaf for tree in trees for leaf in _awaited(tree)}
        self.mutable |= {name for kind, name in self.awaited if kind is ast.Attribute}
        for tree in trees:
            _Attributes(self).visit(tree)
            self.attributes |= _names_of_other_files(tree)
        if self.remakes:
            self.leaks, self.delegates = True, self.initialised
        if self.leaks:
            self.mutable |= self.delegates
        if self.reaches_modules:
            # `module.name` is an attribute: it changes where the module rebinds the global.
            for tree in trees:
                kinds = File(tree, self, is_main=False).globals
                self.mutable |= {name for name, kind in kinds.items() if kind == SHARED}

    def is_mutable(self, attribute):
        """Whether an attribute of this name may change after its object was made."""
        return self.anything or attribute in self.mutable


def _reaches_modules(tree):
    """Whether a file gets at modules as objects."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {alias.name.partition(".")[0] for alias in node.names}
            names.add(getattr(node, "module", None) or "")
            if names & {"__main__", "importlib", "inspect", "gc", "pkgutil", "runpy"}:
                return True
            if "sys" in names and any(alias.name in ("modules", "_getframe") for alias in node.names):
                return True
        elif isinstance(node, ast.Attribute) and node.attr in ("modules", "_getframe", "__globals__"):
            return True
        elif isinstance(node, ast.Name) and node.id == "__import__":
            return True
    return False


def _looks_into_queues(tree):
    """Whether a file uses what a `queue.Queue` keeps its items in."""
    if not any(
        isinstance(node, (ast.Import, ast.ImportFrom))
        and "queue" in (getattr(node, "module", None), *(alias.name for alias in node.names))
        for node in ast.walk(tree)
    ):
        return False
    for node in ast.walk(tree):
        parts = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Attribute) and node.attr in ("get", "put", "join", "copy"):
            continue
        if isinstance(node, ast.Call):
            parts = node.args if getattr(node.func, "id", None) in known.WHOLE | known.STEPWISE else ()
        elif isinstance(node, ast.Attribute):
            parts = parts if node.attr in known.METHOD_NAMES else ()
        elif not isinstance(node, (ast.Subscript, ast.For, ast.comprehension, ast.Compare, ast.Starred)):
            continue
        if any(isinstance(part, ast.Attribute) and part.attr == "queue" for part in parts):
            return True
    return False


def _names_of_other_files(tree):
    """Names by which this file may reach into another one."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.update(alias.name for alias in node.names)
    return names


def _awaited(tree):
    """(kind of node, name) of the variables whose values decide whether a `while` goes on. Of a global
    that holds an object, the object is what a loop looks at."""
    flags = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            flags |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    for loop in ast.walk(tree):
        parts = [loop.test] if isinstance(loop, ast.While) else []
        while parts:
            part = parts.pop()
            if isinstance(part, ast.Name) and part.id in flags:
                yield ast.Name, part.id
            elif isinstance(part, ast.Attribute):
                yield ast.Attribute, part.attr
            elif isinstance(part, (ast.UnaryOp, ast.BoolOp, ast.Compare)):
                parts += ast.iter_child_nodes(part)


class _Attributes(ast.NodeVisitor):
    def __init__(self, program):
        self.program, self.class_name = program, None

    def visit_ClassDef(self, node):
        outer, self.class_name = self.class_name, node.name
        for statement in node.body:
            if isinstance(statement, scopes.FUNCTIONS):
                # A singleton's `__init__` may run again on an object that everyone has.
                self.program.remakes |= statement.name in ("__new__", "__call__")
                if statement.name in INITIALISERS:
                    self.initialiser(statement)
                    continue
            self.visit(statement)
        for part in (*node.bases, *node.keywords, *node.decorator_list):
            self.visit(part)
        self.class_name = outer

    def initialiser(self, node):
        """Sorts the attributes that `__init__` stores by whether anyone can see them change."""
        arguments = [*node.args.posonlyargs, *node.args.args]
        me = arguments[0].arg if arguments else None
        stored = set()
        look = _Initialiser(me, stored, self.class_name)
        for statement in node.body:
            look.visit(statement)
        if not look.loads <= stored:
            look.leaks = True
        if look.leaks:
            self.program.mutable |= stored
            self.program.leaks = True
        self.program.initialised |= stored
        if look.delegates:
            self.program.delegates |= stored
        for other in look.others:
            self.visit(other)

    def visit_Attribute(self, node):
        name = scopes.mangle(node.attr, self.class_name)
        if not isinstance(node.ctx, ast.Load):
            self.program.mutable.add(name)
            if self.is_class(node.value):
                self.program.class_stores.add(name)
        if name in _UNSEEN or name == "__init__" and not _is_super(node.value):
            self.program.anything = True
        self.generic_visit(node)

    def is_class(self, node):
        """Whether an expression is plainly a class: `C`, `cls`, `type(x)`, `x.__class__`."""
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Name) and node.func.id == "type"
        if isinstance(node, ast.Attribute):
            return node.attr == "__class__" or node.attr in self.program.classes
        return isinstance(node, ast.Name) and node.id in self.program.classes

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name):
            name = node.func.id
            if name in _UNSEEN_CALLS:
                self.program.anything = True
            if name in ("setattr", "delattr"):
                self.named_store(node)
        self.generic_visit(node)

    def named_store(self, node):
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            self.program.mutable.add(node.args[1].value)
            self.program.class_stores.add(node.args[1].value)
        else:
            self.program.anything = True

    def visit_FunctionDef(self, node):
        for decorator in node.decorator_list:
            name = decorator.attr if isinstance(decorator, ast.Attribute) else None
            if name == "cached_property" or getattr(decorator, "id", None) == "cached_property":
                self.program.mutable.add(scopes.mangle(node.name, self.class_name))
        self.generic_visit(node)


class _Initialiser(ast.NodeVisitor):
    """Looks through one `__init__` for what happens to `self`."""

    def __init__(self, me, stored, class_name):
        self.me, self.stored, self.class_name = me, stored, class_name
        self.leaks, self.delegates, self.loads, self.others = False, False, set(), []

    def visit_Attribute(self, node):
        if not (isinstance(node.value, ast.Name) and node.value.id == self.me):
            return self.generic_visit(node) if self.own_business(node) else None
        name = scopes.mangle(node.attr, self.class_name)
        if isinstance(node.ctx, ast.Store):
            self.stored.add(name)
        elif isinstance(node.ctx, ast.Load):
            self.loads.add(name)
        else:
            self.leaks = True
        return None

    def own_business(self, node):
        """Attributes of other objects are looked at as everywhere else."""
        if not isinstance(node.ctx, ast.Load) or node.attr in _UNSEEN:
            self.others.append(ast.Attribute(node.value, node.attr, node.ctx))
        return True

    def visit_Call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "__init__":
            # `super().__init__(…)` and `Base.__init__(self, …)`.
            self.delegates = True
            arguments = node.args
            if not _is_super(function.value) and arguments:
                self.visit(function.value)
                arguments = arguments[1:]
            for part in (*arguments, *node.keywords):
                self.visit(part)
            return
        if isinstance(function, ast.Name) and function.id in (
            *_UNSEEN_CALLS,
            "setattr",
            "delattr",
            "locals",
        ):
            self.leaks = True
            self.others.append(node)
        self.generic_visit(node)

    def visit_Name(self, node):
        if node.id == self.me:
            self.leaks = True

    def _closure(self, node):
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id == self.me:
                self.leaks = True
        self.others.append(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _closure
    visit_ClassDef = visit_GeneratorExp = _closure


def _is_super(node):
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


class File:
    """What is known about the variables of one file."""

    def __init__(self, tree, program, is_main):
        self.program, self.scopes = program, scopes.analyse(tree)
        self.module = self.scopes[tree]
        self.parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }
        self.globals = {name: self._global(name) for name in self.module.bindings}
        if is_main:
            for name in _quiet_names(tree, self):
                self.globals[name] = QUIET
        # All questions are answered now: the rewriter changes the tree.
        self.undecorated = {
            node for node in self.scopes if isinstance(node, scopes.FUNCTIONS) and not node.decorator_list
        }
        variables = [(scope, name) for scope in self.scopes.values() for name in scope.bindings]
        self._cells = {key for key in variables if self._shared_cell(*key)}
        self._private = {key for key in variables if self._private_container(*key)}

    def global_kind(self, name):
        """How a global is shared."""
        return self.globals.get(name, BUILTIN)

    def _global(self, name):
        bindings = self.module.bindings[name]
        outside = any(binding.scope.task_code() is not self.module for binding in bindings)
        uses = self.module.uses.get(name, ())
        if not outside and all(scope.task_code() is self.module for scope, _ in uses):
            if not self.program.reaches_modules or name not in self.program.attributes:
                return PRIVATE
        if outside or len(bindings) != 1 or bindings[0].in_loop:
            return SHARED
        if (ast.Name, name) in self.program.awaited:
            return SHARED
        if self.program.reaches_modules and name in self.program.mutable:
            return SHARED  # It may be stored as an attribute of the module.
        if self.program.anything and self.program.reaches_modules:
            return SHARED
        deleted = isinstance(getattr(bindings[0].node, "ctx", None), ast.Del)
        at_top = bindings[0].scope is self.module
        return SINGLE if at_top and not deleted else SHARED

    def definition(self, name, scope):
        """The only binding of a variable, when it has one: a definition, import, assignment."""
        bindings = scope.bindings.get(name, ())
        if len(bindings) != 1 or name in scope.parameters:
            return None
        return bindings[0].node

    def is_shared_cell(self, scope, name):
        """Whether a function's variable is captured, and may change after that."""
        return (scope, name) in self._cells

    def _shared_cell(self, scope, name):
        if not scope.parent or scope.is_class:
            return False
        home = scope.task_code()
        places = [use for use, _ in scope.uses.get(name, ())]
        places += [binding.scope for binding in scope.bindings.get(name, ())]
        captures = [place for place in places if place.task_code() is not home]
        if not captures:
            return False
        bindings = scope.bindings.get(name, ())
        if name in scope.parameters:
            return bool(bindings)
        if len(bindings) != 1 or bindings[0].in_loop or bindings[0].scope is not scope:
            return True
        if scope.is_comprehension:
            return True
        return not all(self._binds_before(bindings[0], place, scope) for place in captures)

    def _binds_before(self, binding, capture, home):
        """Whether a variable is bound before the function that captures it is made."""
        while capture.parent is not home:
            capture = capture.parent
        node = capture.node
        if node is binding.node:
            return not getattr(node, "decorator_list", None)
        statement = binding.node
        while not isinstance(statement, ast.stmt) and statement in self.parents:
            statement = self.parents[statement]
        end = (statement.end_lineno, statement.end_col_offset)
        if isinstance(statement, (ast.With, ast.AsyncWith, ast.Try, ast.If, ast.Match)):
            end = binding.end
        return end <= (node.lineno, node.col_offset)

    def is_private_container(self, scope, name):
        """Whether a variable only ever holds containers that no other task can reach."""
        return (scope, name) in self._private

    def _private_container(self, scope, name):
        if scope.is_class or name in scope.parameters:
            return False
        if scope is self.module:
            if self.global_kind(name) != PRIVATE or self.program.anything:
                return False
        elif any(use.task_code() is not scope.task_code() for use, _ in scope.uses.get(name, ())):
            return False
        bindings = scope.bindings.get(name, ())
        if any(b.scope.task_code() is not scope.task_code() for b in bindings):
            return False
        return all(self._binds_fresh(b.node) for b in bindings) and all(
            self._stays_home(node) for _, node in scope.uses.get(name, ())
        )

    def _binds_fresh(self, node):
        parent = self.parents.get(node)
        if isinstance(node, ast.AugAssign):
            return True
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            return True
        if isinstance(parent, ast.Assign) and len(parent.targets) != 1:
            return False
        if not isinstance(parent, (ast.Assign, ast.AnnAssign)):
            return False
        return self._is_fresh(parent.value)

    def _is_fresh(self, node):
        """Whether an expression makes a new container, or a value that is none."""
        if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places = [s for s in self.scopes.values() if s.bindings.get(node.func.id)]
            if node.func.id in _FRESH:
                return not places
            source = self.definition(node.func.id, self.module) if places == [self.module] else None
            return getattr(source, "module", None) == "collections"
        return isinstance(node, ast.Constant)

    def _stays_home(self, node):
        """Whether this use hands the container to nobody."""
        parent = self.parents[node]
        if isinstance(parent, ast.Attribute):
            return self._is_contained_call(parent)
        if isinstance(parent, ast.Subscript):
            return parent.value is node
        if isinstance(parent, ast.AugAssign):
            return parent.target is node
        if isinstance(parent, ast.BinOp):
            return isinstance(parent.op, (ast.Add, ast.Mult))
        if isinstance(parent, (ast.Compare, ast.FormattedValue)):
            return not isinstance(parent, ast.Compare) or not _is_chain(parent)
        if isinstance(parent, (ast.If, ast.While, ast.Assert)):
            return True
        if isinstance(parent, ast.UnaryOp):
            return isinstance(parent.op, ast.Not)
        return self._is_consumed(node)

    def _is_contained_call(self, attribute):
        call = self.parents[attribute]
        if not isinstance(call, ast.Call) or call.func is not attribute:
            return False
        if attribute.attr in ("items", "keys", "values"):
            return self._is_consumed(call)
        return attribute.attr in known.METHOD_NAMES and not attribute.attr.startswith("__")

    def _is_consumed(self, node):
        """Whether a value is iterated over, or looked through, on the spot."""
        parent = self.parents[node]
        if isinstance(parent, (ast.For, ast.comprehension)):
            owner = self.parents[parent]
            lazy = isinstance(owner, ast.GeneratorExp) and not self._is_consumed(owner)
            return parent.iter is node and not lazy
        if isinstance(parent, ast.Starred):
            return isinstance(self.parents[parent], (ast.Call, ast.List, ast.Tuple, ast.Set))
        if not isinstance(parent, ast.Call) or not isinstance(parent.func, ast.Name):
            return False
        if parent.func.id in self.module.bindings or node not in parent.args:
            return False
        if parent.func.id in known.WHOLE - {"reversed"}:
            return True
        return parent.func.id in (*known.STEPWISE, "reversed") and self._is_consumed(parent)


def _is_chain(node):
    return len(node.ops) > 1


_FRESH = frozenset(["list", "dict", "set", "sorted"])


# The quiet beginning of a program -----------------------------------------------------------------

_QUIET_MODULES = frozenset(["threading", "queue", "collections", "math", "itertools", "dataclasses"])
_QUIET_CALLS = frozenset("list dict set tuple frozenset int float str bool bytearray range len".split())


def _quiet_names(tree, file):
    """Globals that are bound once, before any statement that might start a task."""
    quiet, names = _Quiet(file), []
    for statement in tree.body:
        if not quiet.statement(statement):
            break
        names = list(quiet.bound)
    return [name for name in names if file.global_kind(name) == SINGLE]


class _Quiet:
    def __init__(self, file):
        self.file, self.bound, self.origins = file, [], {}

    def statement(self, node):
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return self.imports(node)
        if isinstance(node, scopes.FUNCTIONS):
            self.bound.append(node.name)
            return not node.decorator_list and all(map(self.expression, _defaults(node)))
        if isinstance(node, ast.ClassDef):
            self.bound.append(node.name)
            return self.quiet_class(node)
        if isinstance(node, ast.Assign):
            if not all(isinstance(target, ast.Name) for target in node.targets):
                return False
            self.bound += [target.id for target in node.targets]
            return self.expression(node.value)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self.bound.append(node.target.id)
            return self.expression(node.value) and self.expression(node.annotation)
        return isinstance(node, ast.Pass)

    def imports(self, node):
        for alias in node.names:
            module = getattr(node, "module", None) or alias.name
            if getattr(node, "level", 0) or module.partition(".")[0] not in sys.stdlib_module_names:
                return False
            if alias.name == "*":
                return False
            name = alias.asname or alias.name.partition(".")[0]
            self.bound.append(name)
            self.origins[name] = module
        return True

    def quiet_class(self, node):
        """A class whose making and instances run nothing but plain stores."""
        if node.decorator_list or node.keywords or not all(map(self.expression, node.bases)):
            return False
        for statement in node.body:
            if isinstance(statement, scopes.FUNCTIONS):
                if statement.decorator_list or not all(map(self.expression, _defaults(statement))):
                    return False
            elif not _Quiet(self.file).statement(statement):
                return False
        if not node.bases and all(self.quiet_method(s) for s in node.body):
            self.origins[node.name] = None
        return True

    def quiet_method(self, node):
        if not isinstance(node, scopes.FUNCTIONS):
            return True
        if node.name == "__init__":
            return all(self.quiet_store(statement) for statement in node.body)
        return node.name not in ("__new__", "__setattr__", "__init_subclass__", "__set_name__")

    def quiet_store(self, node):
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            return isinstance(node, ast.Pass)
        plain = all(
            isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
            for target in targets
        )
        return plain and self.expression(value)

    def expression(self, node):
        """Whether evaluating an expression runs no code that could start a task."""
        if node is None or isinstance(node, (ast.Constant, ast.Name, ast.Lambda)):
            return True
        if isinstance(node, ast.Attribute):
            return isinstance(node.value, ast.Name) and self.origins.get(node.value.id) is not None
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return all(map(self.expression, node.elts))
        if isinstance(node, ast.Dict):
            return all(map(self.expression, (*node.keys, *node.values)))
        if isinstance(node, ast.BinOp):
            return all(isinstance(side, ast.Constant) for side in (node.left, node.right))
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.operand, ast.Constant)
        if isinstance(node, ast.Call):
            arguments = (*node.args, *(keyword.value for keyword in node.keywords))
            return self.callee(node.func) and all(map(self.expression, arguments))
        return False

    def callee(self, node):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self.origins.get(node.value.id) in _QUIET_MODULES and node.attr[:1].isupper()
        if not isinstance(node, ast.Name):
            return False
        if node.id in self.origins:
            origin = self.origins[node.id]
            return origin is None or origin in _QUIET_MODULES
        return node.id in _QUIET_CALLS and node.id not in self.file.module.bindings


def _defaults(node):
    return (*node.args.defaults, *node.args.kw_defaults)
