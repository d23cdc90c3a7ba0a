"""Rewrites a syntax tree so that every access to storage that tasks can share announces itself.

The shapes, with `s` the number of the site:

    x                  ->  h_g(globals(), 'x', s) or x            (a point gives None)
    x = v              ->  x = h_gs(v, globals(), 'x', s)
    for x in …         ->  for h_gt(globals(), 'x', s)[0] in …     (a target that binds x)
    o.x                ->  h_r(o, 'x', s).x
    o.x = v            ->  h_w(o, 'x', s).x = v                    (v comes first, then o, the point, the store)
    o.x += v           ->  h_w(t, 'x', s).x = iadd(*h_a(h_r(t := o, 'x', s).x, v, s)); del t
    o[k]               ->  h_ri(o, k, s)[k]                        when k can be evaluated twice
    o[k()]             ->  getitem(*h_rp(o, k(), s))
    o[k()] = v         ->  h_wi(o, t := k(), s)[t] = v
    f(a)               ->  h_k(f, s, a)()                          calls into code that is not rewritten
    for x in o         ->  for x in h_i(o, s)
    if o, not o, len(o) ->  … h_v(o, s)

The last thing to run before an access is its point. Locations are the original's, so that tracebacks
and their carets stay; names like `__heddle_g__` are exempt from private-name mangling.
"""

import ast
import sys

from . import known, survey
from .scopes import COMPREHENSIONS, FUNCTIONS, mangle

_COMPARISONS = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_IN_PLACE = {
    ast.Add: "iadd",
    ast.Sub: "isub",
    ast.Mult: "imul",
    ast.MatMult: "imatmul",
    ast.Div: "itruediv",
    ast.FloorDiv: "ifloordiv",
    ast.Mod: "imod",
    ast.Pow: "ipow",
    ast.LShift: "ilshift",
    ast.RShift: "irshift",
    ast.BitOr: "ior",
    ast.BitAnd: "iand",
    ast.BitXor: "ixor",
}
# Operators that containers know.
_CONTAINER_OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.BitOr: "or_",
    ast.BitAnd: "and_",
    ast.BitXor: "xor",
}
_SCALAR_CALLS = frozenset(
    "len int float str abs round ord chr hash id bool repr ascii format hex bin oct sum isinstance "
    "issubclass callable range divmod pow complex".split()
)
_DEEP = frozenset(["print", "str", "repr", "format", "ascii"])
_FRAMES = {
    "exec": "exec runs code that is not watched",
    "eval": "eval runs code that is not watched",
    "vars": "vars() gives access to variables behind the rewriter's back",
    "globals": "globals() gives access to variables behind the rewriter's back",
}
_FUNCTION_TYPES = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)


class Rewriter(ast.NodeTransformer):
    """Rewrites one file; `sites` and `blind_spots` are filled on the way."""

    def __init__(self, file, program, lines, first_site, single_file_modules=()):
        self.file, self.program, self.lines = file, program, lines
        self.first_site, self.modules = first_site, single_file_modules
        self.scope = file.module
        self.sites, self.blind_spots = [], []
        self.temporaries, self.counter = [], 0

    # Small parts ----------------------------------------------------------------------------------

    def site(self, node):
        """A new site for the access that `node` is."""
        self.sites.append((node.lineno, _text(self.lines, node)))
        return ast.Constant(self.first_site + len(self.sites) - 1)

    def blind(self, node, why):
        """Notes something that the rewriter cannot see."""
        self.blind_spots.append((node.lineno, why))

    def at(self, like, node):
        """Gives new nodes the location of the one they stand for."""
        if "lineno" in node._attributes:
            if hasattr(node, "lineno"):
                return node
            ast.copy_location(node, like)
        for part in ast.iter_child_nodes(node):
            self.at(like, part)
        return node

    def helper(self, like, name, *args):
        """A call of a helper."""
        function = ast.Name(f"__heddle_{name}__", ast.Load())
        return self.at(like, ast.Call(function, list(args), []))

    def temporary(self):
        """The name of a new temporary."""
        self.counter += 1
        name = f"__heddle_{self.counter}__"
        self.temporaries.append(name)
        return name

    def namespace(self, like):
        return self.helper(like, "globals")

    def closure(self, like, name):
        empty = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        function = ast.Lambda(empty, ast.Name(name, ast.Load()))
        return self.at(like, ast.Attribute(function, "__closure__", ast.Load()))

    def variable(self, name):
        """(owner scope, mangled name) of a name used here."""
        mangled = mangle(name, self.scope.class_name)
        return self.scope.resolve(mangled), mangled

    def sharing(self, name):
        """How a name is shared: a global's kind, `cell`, or `None` for what only this task sees."""
        if name[:2] == "__" == name[-2:]:
            return None
        owner, mangled = self.variable(name)
        if owner is self.file.module:
            kind = self.file.global_kind(mangled)
            return kind if kind in (survey.SINGLE, survey.SHARED) else None
        return "cell" if self.file.is_shared_cell(owner, mangled) else None

    def is_builtin(self, name):
        owner, mangled = self.variable(name)
        return owner is self.file.module and mangled not in owner.bindings

    def is_private_container(self, node):
        if not isinstance(node, ast.Name):
            return False
        return self.file.is_private_container(*self.variable(node.id))

    def definition(self, name):
        owner, mangled = self.variable(name)
        return self.file.definition(mangled, owner)

    def maybe_container(self, node):
        """Whether an expression's value may be a container that other tasks can reach."""
        if isinstance(node, ast.Name):
            if self.is_private_container(node) or self.is_builtin(node.id):
                return False
            return not isinstance(self.definition(node.id), _FUNCTION_TYPES)
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name) and self.is_builtin(function.id):
                return function.id == "reversed" or not (
                    function.id in _SCALAR_CALLS or function.id in known.WHOLE
                )
            return not self.is_private_view(node)
        if isinstance(node, ast.IfExp):
            return self.maybe_container(node.body) or self.maybe_container(node.orelse)
        if isinstance(node, ast.BoolOp):
            return any(map(self.maybe_container, node.values))
        if isinstance(node, ast.Tuple):
            return any(map(self.maybe_container, node.elts))
        if isinstance(node, (ast.NamedExpr, ast.Starred)):
            return self.maybe_container(node.value)
        return isinstance(
            node, (ast.Attribute, ast.Subscript, ast.Await, ast.Yield, ast.YieldFrom)
        )

    def is_private_view(self, node):
        function = node.func
        return isinstance(function, ast.Attribute) and self.is_private_container(function.value)

    def is_repeatable(self, node):
        """Whether a key can be evaluated twice without a difference."""
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.operand, ast.Constant)
        if isinstance(node, ast.Name):
            owner, mangled = self.variable(node.id)
            return owner is self.scope and owner.is_function and self.sharing(node.id) is None
        return isinstance(node, ast.Constant)

    def whole(self, node, helper="v"):
        """Visits an expression whose value is then read as a whole."""
        visited = self.visit(node)
        if not self.maybe_container(node):
            return visited
        return self.helper(node, helper, visited, self.site(node))

    def truth(self, node):
        """Visits an expression whose truth is then taken."""
        if isinstance(node, ast.BoolOp):
            node.values = [self.truth(value) for value in node.values]
            return node
        return self.whole(node)

    # Scopes -----------------------------------------------------------------------------------------

    def within(self, node, visit):
        outer, self.scope = self.scope, self.file.scopes[node]
        visit()
        self.scope = outer

    def visit_Module(self, node):
        node.body = self.statements(node.body)
        return node

    def _define(self, node):
        decorators = [self.visit(decorator) for decorator in node.decorator_list]
        if isinstance(node, ast.ClassDef):
            node.bases = [self.visit(base) for base in node.bases]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
        else:
            self.defaults(node.args)
        hook = self.definition_hook(node)
        node.decorator_list = [*hook, *decorators]

        def body():
            node.body = self.statements(node.body)

        self.within(node, body)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _define

    def definition_hook(self, node):
        """A decorator that announces the binding of a function or class, last of all."""
        kind = self.sharing(node.name)
        if kind is None:
            return []
        like = node.decorator_list[0] if node.decorator_list else node
        _, name = self.variable(node.name)
        site = ast.Constant(self.first_site + len(self.sites))
        self.sites.append((node.lineno, node.name))
        if kind == "cell":
            return [self.helper(like, "cd", self.closure(like, node.name), site)]
        helper = "ge" if kind == survey.SINGLE else "gd"
        return [self.helper(like, helper, self.namespace(like), ast.Constant(name), site)]

    def defaults(self, arguments):
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [
            default and self.visit(default) for default in arguments.kw_defaults
        ]

    def visit_Lambda(self, node):
        self.defaults(node.args)

        def body():
            node.body = self.visit(node.body)

        self.within(node, body)
        return node

    def _comprehension(self, node):
        first = node.generators[0]
        first.iter = self.iterable(first.iter)

        def body():
            for generator in node.generators:
                if generator is not first:
                    generator.iter = self.iterable(generator.iter, generator.is_async)
                generator.target = self.target(generator.target)
                generator.ifs = [self.truth(condition) for condition in generator.ifs]
            for part in ("key", "value", "elt"):
                if hasattr(node, part):
                    setattr(node, part, self.visit(getattr(node, part)))

        self.within(node, body)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # Statements -------------------------------------------------------------------------------------

    def statements(self, body):
        """Rewrites the statements of a block."""
        result = []
        for statement in body:
            outer, self.temporaries = self.temporaries, []
            rewritten = self.visit(statement)
            if isinstance(rewritten, ast.AST):
                rewritten = [rewritten]
            if self.temporaries and not self.scope.is_function:
                rewritten = [self.forget(statement, rewritten)]
            result += rewritten or []
            self.temporaries = outer
        return result

    def forget(self, statement, rewritten):
        """Temporaries of modules and classes are removed: they are in everyone's sight."""
        names = map(ast.Constant, self.temporaries)
        call = self.helper(statement, "x", self.helper(statement, "locals"), *names)
        finally_ = [ast.copy_location(ast.Expr(call), statement)]
        return ast.copy_location(ast.Try(rewritten, [], [], finally_), statement)

    def block(self, node, *fields):
        for field in fields:
            setattr(node, field, self.statements(getattr(node, field)))

    def visit_Assign(self, node):
        value = self.unpacked(node.value, node.targets)
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            node.value = self.bound(node.targets[0], value)
            return node
        node.value = value
        node.targets = [self.target(target) for target in node.targets]
        return node

    def unpacked(self, value, targets):
        if any(isinstance(target, (ast.Tuple, ast.List)) for target in targets):
            return self.whole(value)
        return self.visit(value)

    def visit_AnnAssign(self, node):
        if node.value is None:
            return node
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Name):
            node.value = self.bound(node.target, node.value)
        else:
            node.target = self.target(node.target)
        return node

    def bound(self, target, value):
        """The value of a binding, announced after it is evaluated."""
        kind = self.sharing(target.id)
        if kind is None:
            return value
        site = self.site(target)
        if kind == "cell":
            return self.helper(value, "cs", value, self.closure(value, target.id), site)
        _, name = self.variable(target.id)
        helper = "gb" if kind == survey.SINGLE else "gs"
        return self.helper(value, helper, value, self.namespace(value), ast.Constant(name), site)

    def target(self, node):
        """A target that announces each of its stores."""
        if isinstance(node, ast.Name):
            return self.name_target(node)
        if isinstance(node, ast.Attribute):
            base = self.visit(node.value)
            node.value = self.attribute_base(node, base, "w")
        elif isinstance(node, ast.Subscript):
            return self.item_target(node, "wi")
        elif isinstance(node, ast.Starred):
            node.value = self.target(node.value)
        else:
            node.elts = [self.target(part) for part in node.elts]
        return node

    def name_target(self, node):
        kind = self.sharing(node.id)
        if kind is None:
            return node
        site = self.site(node)
        if kind == "cell":
            if self.scope.is_comprehension:
                self.blind(node, f"the variable {node.id} of a comprehension is captured")
                return node
            self.keep_local(node.id)
            proxy = self.helper(node, "ct", self.closure(node, node.id), site)
        else:
            _, name = self.variable(node.id)
            helper = "gu" if kind == survey.SINGLE else "gt"
            proxy = self.helper(node, helper, self.namespace(node), ast.Constant(name), site)
        return self.at(node, ast.Subscript(proxy, ast.Constant(0), ast.Store()))

    def keep_local(self, name):
        """A variable that only proxies bind must stay known as one of its function."""
        owner, _ = self.variable(name)
        owner.kept.add(name)

    def item_target(self, node, helper):
        """`o[k]` as the target of a store or deletion."""
        base = self.visit(node.value)
        if self.is_private_container(node.value):
            node.value, node.slice = base, self.visit(node.slice)
            return node
        site = self.site(node)
        if self.is_repeatable(node.slice):
            node.value = self.helper(node, helper, base, node.slice, site)
            node.slice = _again(node.slice)
        elif self.scope.is_comprehension:
            self.blind(node, "a comprehension stores into an item")
            node.value, node.slice = base, self.visit(node.slice)
        else:
            name = self.temporary()
            key = ast.NamedExpr(ast.Name(name, ast.Store()), self.key(node.slice))
            node.value = self.helper(node, helper, base, self.at(node.slice, key), site)
            node.slice = self.at(node.slice, ast.Name(name, ast.Load()))
        return node

    def visit_AugAssign(self, node):
        target = node.target
        if isinstance(target, ast.Name):
            return self.augment_name(node, target)
        if isinstance(target, ast.Subscript) and self.is_private_container(target.value):
            node.target = self.item_target(target, "wi")
            node.value = self.visit(node.value)
            return node
        if isinstance(target, ast.Attribute) and not self.hooks_attribute(target):
            return self.augment(node, *self.attribute_twice(target))
        twice = self.item_twice if isinstance(target, ast.Subscript) else self.attribute_twice
        return self.augment(node, *twice(target))

    def attribute_twice(self, target):
        """(old value, target) of `o.x += …`, with `o` evaluated once."""
        name, base = self.temporary(), self.visit(target.value)
        kept = self.at(target, ast.NamedExpr(ast.Name(name, ast.Store()), base))
        again = self.at(target, ast.Name(name, ast.Load()))
        old = ast.Attribute(self.attribute_base(target, kept, "r"), target.attr, ast.Load())
        new = ast.Attribute(self.attribute_base(target, again, "w"), target.attr, ast.Store())
        return ast.copy_location(old, target), ast.copy_location(new, target)

    def item_twice(self, target):
        """(old value, target) of `o[k] += …`, with `o` and `k` evaluated once."""
        name, base = self.temporary(), self.visit(target.value)
        kept = self.at(target, ast.NamedExpr(ast.Name(name, ast.Store()), base))
        again = self.at(target, ast.Name(name, ast.Load()))
        key, key_again = self.key_twice(target.slice)
        site = self.site(target)
        pair = self.helper(target, "rp", kept, key, site)
        old = self.operator(target, "getitem", ast.Starred(pair, ast.Load()))
        written = self.helper(target, "wi", again, key_again, site)
        new = ast.Subscript(written, _again(key_again), ast.Store())
        return old, self.at(target, new)

    def key_twice(self, node):
        if self.is_repeatable(node):
            return node, _again(node)
        name = self.temporary()
        key = ast.NamedExpr(ast.Name(name, ast.Store()), self.key(node))
        return self.at(node, key), self.at(node, ast.Name(name, ast.Load()))

    def augment(self, node, old, new):
        """`new = old op= value`."""
        result = self.in_place(node, old, self.visit(node.value), node.target)
        assign = ast.copy_location(ast.Assign([new], result), node)
        if not self.scope.is_function:
            return assign
        # The object must not live longer for it.
        targets = [ast.Name(name, ast.Del()) for name in self.temporaries]
        return [assign, self.at(node, ast.Delete(targets))]

    def in_place(self, node, old, value, target):
        operands = [old, value]
        if type(node.op) in _CONTAINER_OPERATORS and not _is_number(node):
            pair = self.helper(node, "a", old, value, self.site(target))
            operands = [ast.Starred(pair, ast.Load())]
        return self.operator(node, _IN_PLACE[type(node.op)], *operands)

    def operator(self, like, name, *operands):
        """A call of a function of `operator`, which leaves no frame."""
        return self.helper(like, f"o_{name}", *operands)

    def augment_name(self, node, target):
        kind = self.sharing(target.id)
        if kind is not None:
            load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            old = self.visit(load)
            value = self.in_place(node, old, self.visit(node.value), target)
            return ast.copy_location(ast.Assign([target], self.bound(target, value)), node)
        value, node.value = node.value, self.visit(node.value)
        container = type(node.op) in _CONTAINER_OPERATORS and not _is_number(node)
        scalar = _is_scalar(value) and not isinstance(node.op, ast.Mult)
        if container and not self.is_private_container(target) and not scalar:
            load = self.at(target, ast.Name(target.id, ast.Load()))
            node.value = self.helper(value, "al", node.value, load, self.site(target))
        return node

    def visit_Delete(self, node):
        statements = []
        for target in node.targets:
            statements += self.deletion(node, target)
        return statements

    def deletion(self, statement, target):
        if isinstance(target, (ast.Tuple, ast.List)):
            return [part for each in target.elts for part in self.deletion(statement, each)]
        before = []
        if isinstance(target, ast.Name):
            none = self.at(target, ast.Constant(None))
            point = self.bound(target, none)
            if point is not none:
                before = [ast.copy_location(ast.Expr(point), statement)]
        elif isinstance(target, ast.Attribute):
            target.value = self.attribute_base(target, self.visit(target.value), "w")
        else:
            target = self.item_target(target, "di")
        return [*before, ast.copy_location(ast.Delete([target]), statement)]

    def iterable(self, node, is_async=False):
        visited = self.visit(node)
        if is_async or not self.maybe_container(node):
            return visited
        return self.helper(node, "i", visited, self.site(node))

    def visit_For(self, node):
        node.iter = self.iterable(node.iter)
        node.target = self.target(node.target)
        self.block(node, "body", "orelse")
        return node

    def visit_AsyncFor(self, node):
        node.iter = self.visit(node.iter)
        node.target = self.target(node.target)
        self.block(node, "body", "orelse")
        return node

    def visit_While(self, node):
        node.test = self.truth(node.test)
        self.block(node, "body", "orelse")
        return node

    visit_If = visit_While

    def visit_With(self, node):
        for item in node.items:
            item.context_expr = self.visit(item.context_expr)
            if item.optional_vars is not None:
                item.optional_vars = self.target(item.optional_vars)
        self.block(node, "body")
        return node

    visit_AsyncWith = visit_With

    def visit_Try(self, node):
        self.block(node, "body")
        node.handlers = [self.visit(handler) for handler in node.handlers]
        self.block(node, "orelse", "finalbody")
        return node

    visit_TryStar = visit_Try

    def visit_ExceptHandler(self, node):
        if node.name and self.sharing(node.name):
            self.blind(node, f"`except … as {node.name}` binds a variable that functions use")
        node.type = node.type and self.visit(node.type)
        self.block(node, "body")
        return node

    def visit_Match(self, node):
        node.subject = self.whole(node.subject)
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str) and self.sharing(name):
                    self.blind(node, f"a pattern binds {name}, a variable that functions use")
            case.guard = case.guard and self.truth(case.guard)
            self.block(case, "body")
        return node

    def visit_Assert(self, node):
        node.test = self.truth(node.test)
        node.msg = node.msg and self.visit(node.msg)
        return node

    def visit_Import(self, node):
        module = getattr(node, "module", None)
        for alias in node.names:
            self.look_at_import(node, module or alias.name, alias.name)
        names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        shared = {name: self.sharing(name) for name in names if name != "*"}
        before = [name for name, kind in shared.items() if kind in (survey.SHARED, "cell")]
        after = [name for name, kind in shared.items() if kind == survey.SINGLE]
        statements = [self.import_point(node, name) for name in before]
        statements.append(node)
        if after:
            constants = ast.Tuple([ast.Constant(name) for name in after], ast.Load())
            call = self.helper(node, "gi", self.namespace(node), constants, self.site(node))
            statements.append(ast.copy_location(ast.Expr(call), node))
        return statements

    visit_ImportFrom = visit_Import

    def import_point(self, node, name):
        target = self.at(node, ast.Name(name, ast.Load()))
        point = self.bound(target, self.at(node, ast.Constant(None)))
        return ast.copy_location(ast.Expr(point), node)

    def look_at_import(self, node, module, name):
        top = module.partition(".")[0]
        if top in ("ctypes", "cffi", "mmap"):
            self.blind(node, f"{top} reaches memory that is not watched")
        elif top in ("random", "secrets", "uuid"):
            self.blind(node, f"the numbers from {top} depend on the order of the calls")
        elif top not in sys.stdlib_module_names and top not in self.modules:
            if not getattr(node, "level", 0):
                self.blind(node, f"the module {top} is not watched")

    # Expressions ------------------------------------------------------------------------------------

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load):
            return node
        kind = self.sharing(node.id)
        if kind is None:
            return node
        site = self.site(node)
        if kind == "cell":
            point = self.helper(node, "c", self.closure(node, node.id), site)
        else:
            _, name = self.variable(node.id)
            helper = "gl" if kind == survey.SINGLE else "g"
            point = self.helper(node, helper, self.namespace(node), ast.Constant(name), site)
        return ast.copy_location(ast.BoolOp(ast.Or(), [point, node]), node)

    def visit_NamedExpr(self, node):
        node.value = self.bound(node.target, self.visit(node.value))
        return node

    def hooks_attribute(self, node):
        name = mangle(node.attr, self.scope.class_name)
        if name[:2] == "__" == name[-2:]:
            if name in ("__bases__", "__class__") and not isinstance(node.ctx, ast.Load):
                return True
            if name == "__dict__":
                self.blind(node, "`__dict__` gives access to attributes behind the rewriter's back")
            return False
        if not self.program.is_mutable(name) or self.is_library_module(node.value):
            return False
        return not self.is_unpublished(node.value)

    def is_unpublished(self, node):
        """Whether this is `self` in an `__init__`, before anyone else has the object."""
        if self.program.anything or self.program.leaks or not isinstance(node, ast.Name):
            return False
        function = self.scope.node
        if not isinstance(function, FUNCTIONS) or function.name not in survey.INITIALISERS:
            return False
        arguments = [*function.args.posonlyargs, *function.args.args]
        is_first = bool(arguments) and arguments[0].arg == node.id
        return is_first and self.scope.parent.is_class and not self.scope.bindings[node.id]

    def is_library_module(self, node):
        """Whether an expression is a module that is not one of the program's files."""
        if not isinstance(node, ast.Name):
            return False
        definition = self.definition(node.id)
        if not isinstance(definition, ast.Import):
            return False
        return _imported(definition, node.id).partition(".")[0] in sys.stdlib_module_names

    def attribute_base(self, node, base, helper):
        """The object of `o.x`, announced."""
        if not self.hooks_attribute(node):
            return base
        name = ast.Constant(mangle(node.attr, self.scope.class_name))
        return self.helper(node, helper, base, name, self.site(node))

    def visit_Attribute(self, node):
        node.value = self.attribute_base(node, self.visit(node.value), "r")
        return node

    def visit_Subscript(self, node):
        base = self.visit(node.value)
        if not self.maybe_container(node.value):
            node.value, node.slice = base, self.visit(node.slice)
            return node
        site = self.site(node)
        if self.is_repeatable(node.slice):
            node.value = self.helper(node, "ri", base, node.slice, site)
            node.slice = _again(node.slice)
            return node
        pair = self.helper(node, "rp", base, self.key(node.slice), site)
        return self.operator(node, "getitem", ast.Starred(pair, ast.Load()))

    def key(self, node):
        """A key as an expression of its own; slices are one only between brackets."""
        if isinstance(node, ast.Slice):
            parts = [node.lower, node.upper, node.step]
            none = ast.Constant(None)
            return self.helper(node, "slice", *(self.visit(p) if p else none for p in parts))
        if isinstance(node, ast.Tuple):
            node.elts = [self.key(part) for part in node.elts]
            return node
        return self.visit(node)

    def visit_BoolOp(self, node):
        last = self.visit(node.values[-1])
        node.values = [*(self.truth(value) for value in node.values[:-1]), last]
        return node

    def visit_UnaryOp(self, node):
        if isinstance(node.op, ast.Not):
            node.operand = self.truth(node.operand)
            return node
        return self.generic_visit(node)

    def visit_IfExp(self, node):
        node.test = self.truth(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_BinOp(self, node):
        sides = (node.left, node.right)
        name = _CONTAINER_OPERATORS.get(type(node.op))
        containers = [side for side in sides if self.maybe_container(side)]
        scalar = any(map(_is_scalar, sides))
        if isinstance(node.op, ast.Mult):
            scalar = any(isinstance(s, ast.Constant) and type(s.value) is float for s in sides)
        node.left, node.right = map(self.visit, sides)
        if name is None or scalar or not containers:
            return node
        pair = self.helper(node, "p", node.left, node.right, self.site(node))
        return self.operator(node, name, ast.Starred(pair, ast.Load()))

    def visit_Compare(self, node):
        if len(node.ops) > 1:
            node.left = self.whole(node.left)
            node.comparators = [self.whole(part) for part in node.comparators]
            return node
        left, operator, right = node.left, node.ops[0], node.comparators[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            return self.membership(node, left, right)
        node.left, node.comparators = self.visit(left), [self.visit(right)]
        sides = (left, right)
        if type(operator) not in _COMPARISONS or any(map(_is_scalar, sides)):
            return node
        if not all(map(self.maybe_compared, sides)):
            return node
        pair = self.helper(node, "q", node.left, node.comparators[0], self.site(node))
        return self.operator(node, _COMPARISONS[type(operator)], ast.Starred(pair, ast.Load()))

    def maybe_compared(self, node):
        displays = (ast.List, ast.Dict, ast.Set, ast.Tuple, *COMPREHENSIONS)
        return isinstance(node, displays) or self.maybe_container(node)

    def membership(self, node, left, right):
        node.left, visited = self.visit(left), self.visit(right)
        if self.maybe_container(right):
            site = self.site(node)
            if self.is_repeatable(left):
                visited = self.helper(right, "in", visited, _again(node.left), site)
            else:
                visited = self.helper(right, "v", visited, site)
        node.comparators = [visited]
        return node

    def visit_Starred(self, node):
        node.value = self.whole(node.value)
        return node

    def visit_Dict(self, node):
        keys, values = [], []
        for key, value in zip(node.keys, node.values):
            keys.append(key and self.visit(key))
            values.append(self.visit(value) if key else self.whole(value))
        node.keys, node.values = keys, values
        return node

    def visit_YieldFrom(self, node):
        node.value = self.iterable(node.value)
        return node

    def visit_FormattedValue(self, node):
        node.value = self.whole(node.value, "vd")
        node.format_spec = node.format_spec and self.visit(node.format_spec)
        return node

    def visit_keyword(self, node):
        node.value = self.visit(node.value) if node.arg else self.whole(node.value)
        return node

    def visit_arg(self, node):
        return node

    def visit_TypeAlias(self, node):
        return node

    # Calls ------------------------------------------------------------------------------------------

    def visit_Call(self, node):
        if isinstance(node.func, ast.Name):
            return self.call_name(node, node.func.id)
        if isinstance(node.func, ast.Attribute):
            return self.call_attribute(node, node.func)
        return self.call_unknown(node)

    def arguments(self, node):
        node.args = [self.visit(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def call_plain(self, node):
        """A call that needs no announcement of its own."""
        node.func = self.visit(node.func)
        return self.arguments(node)

    def call_announced(self, node):
        """A call into code that is not rewritten: announced after its arguments."""
        like, site = node.func, self.site(node)
        function = self.visit(node.func)
        self.arguments(node)
        name = ast.Name("__heddle_k__", ast.Load())
        bound = ast.Call(name, [function, site, *node.args], node.keywords)
        self.at(like, name)
        return self.at(node, ast.Call(bound, [], []))

    def call_unknown(self, node):
        """A call of something that is most likely the program's own."""
        site = self.site(node)
        helper = "f" if self.gives_containers(node) else "fb"
        node.func = self.helper(node.func, helper, self.visit(node.func), site)
        return self.arguments(node)

    def gives_containers(self, node):
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        return any(map(self.maybe_container, values))

    def call_name(self, node, name):
        if self.is_builtin(name):
            return self.call_builtin(node, name)
        definition = self.definition(name)
        if definition in self.file.undecorated:
            return self.call_plain(node)
        if isinstance(definition, ast.ClassDef):
            return self.call_class(node, definition)
        if isinstance(definition, ast.ImportFrom):
            return self.call_imported(node, definition.module or "")
        return self.call_unknown(node)

    def call_class(self, node, definition):
        makes = any(getattr(part, "name", None) == "__init__" for part in definition.body)
        if makes or not self.gives_containers(node):
            return self.call_plain(node)
        return self.call_announced(node)

    def call_imported(self, node, module):
        if module.partition(".")[0] in known.SYNCHRONISED or not self.gives_containers(node):
            return self.call_plain(node)
        return self.call_announced(node)

    def call_builtin(self, node, name):
        if name in _FRAMES:
            self.blind(node, _FRAMES[name])
        if name in ("getattr", "setattr", "hasattr", "delattr"):
            return self.call_announced(node)
        if name in known.STEPWISE:
            return self.call_stepwise(node, skip=1 if name in ("map", "filter") else 0)
        if name == "next" and len(node.args) >= 1 and not node.keywords:
            first = self.helper(node.args[0], "n", self.visit(node.args[0]), self.site(node))
            node.args = [first, *map(self.visit, node.args[1:])]
            return node
        if name in known.WHOLE:
            return self.call_reader(node, "vd" if name in _DEEP else "v")
        return self.arguments(node)

    def call_stepwise(self, node, skip):
        node.args = [
            self.iterable(argument) if i >= skip and not isinstance(argument, ast.Starred)
            # `map` and its kin step through what they are given.
            else self.visit(argument)
            for i, argument in enumerate(node.args)
        ]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def call_reader(self, node, helper):
        """A built-in function that reads its arguments as a whole."""
        containers = [argument for argument in node.args if self.maybe_container(argument)]
        if len(containers) > 1:
            return self.call_announced(node)
        node.args = [
            self.whole(argument, helper) if argument in containers
            and not isinstance(argument, ast.Starred)
            else self.visit(argument)
            for argument in node.args
        ]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def call_attribute(self, node, function):
        root = function.value
        if self.is_private_container(root):
            return self.call_plain(node)
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name):
            definition = self.definition(root.id)
            if isinstance(definition, ast.Import):
                return self.call_imported(node, _imported(definition, root.id))
        root = function.value
        if survey._is_super(root) and function.attr == "__init__":
            return self.call_plain(node)
        if function.attr in known.METHOD_NAMES:
            return self.call_announced(node)
        if not self.gives_containers(node):
            return self.call_plain(node)
        return self.call_unknown(node)


def keep_variables(file):
    """Declares the variables that only proxies bind now: an annotation alone makes a name local."""
    for scope in file.scopes.values():
        for name in sorted(scope.kept):
            body = scope.node.body
            first = body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            declared = ast.Name(name, ast.Store())
            declaration = ast.AnnAssign(declared, ast.Constant(None), None, simple=1)
            for node in (declaration, declared, declaration.annotation):
                ast.copy_location(node, first)
            body.insert(1 if documented and len(body) > 1 else 0, declaration)


def _imported(definition, name):
    for alias in definition.names:
        if name in (alias.asname, alias.name.partition(".")[0]):
            return alias.name
    return name


def _again(node):
    """A copy of a repeatable key."""
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    if isinstance(node, ast.UnaryOp):
        return ast.copy_location(ast.UnaryOp(node.op, _again(node.operand)), node)
    return ast.copy_location(ast.Constant(node.value), node)


def _is_scalar(node):
    """Whether an expression is plainly a number or a text."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, tuple)
    return isinstance(node, (ast.JoinedStr, ast.Compare, ast.Lambda))


def _is_number(node):
    """Whether an augmented assignment's right side is a number that no container takes."""
    value = node.value
    number = isinstance(value, ast.Constant) and isinstance(value.value, (int, float, complex))
    return number and not isinstance(node.op, ast.Mult)


def _text(lines, node):
    """The source text of an expression, one line of it."""
    first, last = node.lineno - 1, node.end_lineno - 1
    if not 0 <= first < len(lines):
        return ""
    line = lines[first]
    end = node.end_col_offset if first == last else len(line)
    text = line[node.col_offset : end].decode("utf-8", "replace").strip()
    return text if first == last and len(text) <= 80 else text[:79] + "…"
