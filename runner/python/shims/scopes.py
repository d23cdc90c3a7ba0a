"""Which variable a name means: the scopes of one file, resolved as the language does.

`symtable` has the same facts, but no way from a node of the syntax tree to its scope.
"""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def mangle(name, class_name):
    """The name under which the compiler stores `name` inside a class."""
    if not class_name or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


class Binding:
    """One place that binds, or unbinds, a variable."""

    __slots__ = ("node", "scope", "in_loop", "start", "end")

    def __init__(self, node, scope, in_loop):
        self.node, self.scope, self.in_loop = node, scope, in_loop
        self.start = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        self.end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))


class Scope:
    """A module, class, function, lambda or comprehension."""

    def __init__(self, node, parent, class_name):
        self.node, self.parent, self.class_name = node, parent, class_name
        self.bindings, self.uses = {}, {}
        self.globals, self.nonlocals, self.parameters = set(), set(), set()
        self.kept = set()
        self.module = parent.module if parent else self

    @property
    def is_function(self):
        """Functions and lambdas, whose code may run in any task."""
        return isinstance(self.node, (*FUNCTIONS, ast.Lambda, ast.GeneratorExp))

    @property
    def is_class(self):
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_comprehension(self):
        return isinstance(self.node, COMPREHENSIONS)

    def task_code(self):
        """The innermost scope around this one whose code another task may run."""
        scope = self
        while scope.parent and not scope.is_function:
            scope = scope.parent
        return scope

    def resolve(self, name):
        """The scope that owns a variable; the module's for globals and built-ins."""
        if name in self.globals:
            return self.module
        if name in self.bindings and name not in self.nonlocals:
            return self
        scope = self.parent
        while scope is not None and scope.parent is not None:
            if not scope.is_class:
                if name in scope.globals:
                    return self.module
                if name in scope.bindings and name not in scope.nonlocals:
                    return scope
            scope = scope.parent
        return self.module


def analyse(tree):
    """The scopes of a module by their node, with every binding and use in the scope that owns it."""
    builder = _Builder()
    builder.visit_module(tree)
    return builder.scopes


class _Builder(ast.NodeVisitor):
    def __init__(self):
        self.scopes, self.scope, self.loops = {}, None, 0
        self.stores, self.loads = [], []

    def visit_module(self, tree):
        self.scope = self.scopes[tree] = Scope(tree, None, None)
        for statement in tree.body:
            self.visit(statement)
        # Declarations hold for their whole scope, so names are resolved when all are known.
        for scope, name, node, in_loop in self.stores:
            scope.bindings.setdefault(name, [])
        owners = [(scope, name, node, in_loop) for scope, name, node, in_loop in self.stores]
        for scope, name, node, in_loop in owners:
            owner = scope.resolve(name)
            owner.bindings.setdefault(name, []).append(Binding(node, scope, in_loop))
        for scope, name, node in self.loads:
            scope.resolve(name).uses.setdefault(name, []).append((scope, node))

    def bind(self, name, node):
        scope = self.scope
        if isinstance(node, ast.NamedExpr):
            while scope.is_comprehension:
                scope = scope.parent
        name = mangle(name, scope.class_name)
        self.stores.append((scope, name, node, self.loops > 0))
        if name not in scope.globals and name not in scope.nonlocals:
            scope.bindings.setdefault(name, [])

    def enter(self, node, class_name):
        self.scopes[node] = Scope(node, self.scope, class_name)
        return self.scopes[node]

    def within(self, scope, visit):
        outer, loops = self.scope, self.loops
        self.scope, self.loops = scope, 0
        visit()
        self.scope, self.loops = outer, loops

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            name = mangle(node.id, self.scope.class_name)
            self.loads.append((self.scope, name, node))
        else:
            self.bind(node.id, node)

    def visit_NamedExpr(self, node):
        self.visit(node.value)
        self.bind(node.target.id, node)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            name = mangle(node.target.id, self.scope.class_name)
            self.loads.append((self.scope, name, node.target))
            self.bind(node.target.id, node)

    def visit_AnnAssign(self, node):
        # Without a value it declares and binds nothing, but makes the name local.
        if node.value is None and isinstance(node.target, ast.Name):
            name = mangle(node.target.id, self.scope.class_name)
            self.scope.bindings.setdefault(name, [])
            return
        if node.value is not None:
            self.visit(node.value)
        self.visit(node.target)

    def _loop(self, node):
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1

    visit_While = visit_For = visit_AsyncFor = _loop

    def visit_Global(self, node):
        self.scope.globals.update(mangle(name, self.scope.class_name) for name in node.names)

    def visit_Nonlocal(self, node):
        self.scope.nonlocals.update(mangle(name, self.scope.class_name) for name in node.names)

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name != "*":
                self.bind(alias.asname or alias.name.partition(".")[0], node)

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node):
        if node.name:
            self.bind(node.name, node)
            self.bind(node.name, node)
        self.generic_visit(node)

    def _capture(self, node):
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self.bind(name, node)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_MatchMapping = _capture

    def _function(self, node):
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        if not isinstance(node, ast.Lambda):
            for decorator in node.decorator_list:
                self.visit(decorator)
            self.bind(node.name, node)
        scope = self.enter(node, self.scope.class_name)
        for argument in _arguments(node.args):
            name = mangle(argument.arg, scope.class_name)
            scope.parameters.add(name)
            scope.bindings.setdefault(name, [])
        for parameter in getattr(node, "type_params", ()):
            scope.bindings.setdefault(parameter.name, [])
        body = node.body if isinstance(node.body, list) else [node.body]
        self.within(scope, lambda: [self.visit(part) for part in body])

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def visit_ClassDef(self, node):
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self.bind(node.name, node)
        scope = self.enter(node, node.name)
        for parameter in getattr(node, "type_params", ()):
            scope.bindings.setdefault(parameter.name, [])
        self.within(scope, lambda: [self.visit(part) for part in node.body])

    def _comprehension(self, node):
        first = node.generators[0]
        self.visit(first.iter)
        scope = self.enter(node, self.scope.class_name)

        def body():
            self.visit(first.target)
            for condition in first.ifs:
                self.visit(condition)
            for generator in node.generators[1:]:
                self.visit(generator)
            for part in ("elt", "key", "value"):
                if hasattr(node, part):
                    self.visit(getattr(node, part))

        self.within(scope, body)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def _arguments(arguments):
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
