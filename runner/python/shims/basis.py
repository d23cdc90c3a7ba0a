"""What every part of the rewriter is made of: sites, helper calls, and what is known of a name."""

import ast
import sys

from . import known, survey
from .scopes import FUNCTIONS, mangle

# Operators that containers know.
CONTAINER_OPERATORS = {
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
# Attributes with two underscores that nobody's accesses hang on.
_HARMLESS = frozenset(["__doc__", "__name__", "__qualname__", "__module__", "__annotations__", "__all__"])
_INSIDES = frozenset(["cell_contents", "f_locals", "f_globals", "gi_frame", "cr_frame", "tb_frame"])
_FUNCTION_TYPES = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)


class Basis(ast.NodeTransformer):
    """Rewrites one file; `sites` and `blind_spots` are filled on the way."""

    def __init__(self, file, program, lines, first_site, modules=()):
        self.file, self.program, self.lines = file, program, lines
        self.first_site, self.modules = first_site, modules
        self.scope = file.module
        self.sites, self.blind_spots = [], []
        self.temporaries, self.counter = [], 0

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

    def operator(self, like, name, *operands):
        """A call of a function of `operator`, which leaves no frame."""
        return self.helper(like, f"o_{name}", *operands)

    def hooks_attribute(self, node):
        name = mangle(node.attr, self.scope.class_name)
        if name[:2] == "__" == name[-2:]:
            if not isinstance(node.ctx, ast.Load) and name not in _HARMLESS:
                self.blind(node, f"{name} is changed, behind the rewriter's back")
                return name in ("__bases__", "__class__")
            if name in ("__dict__", "__globals__", "__builtins__"):
                self.blind(node, f"`{name}` gives access to variables behind the rewriter's back")
            return False
        if name in _INSIDES:
            self.blind(node, f"`{name}` gives access to variables behind the rewriter's back")
        if self.is_library_module(node.value):
            return not isinstance(node.ctx, ast.Load)
        if not self.program.is_mutable(name):
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
        return imported(definition, node.id).partition(".")[0] in sys.stdlib_module_names

    def attribute_base(self, node, base, helper):
        """The object of `o.x`, announced."""
        if not self.hooks_attribute(node):
            return base
        name = ast.Constant(mangle(node.attr, self.scope.class_name))
        return self.helper(node, helper, base, name, self.site(node))

    def iterable(self, node, is_async=False):
        visited = self.visit(node)
        if is_async or not self.maybe_container(node):
            return visited
        return self.helper(node, "i", visited, self.site(node))

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

    def within(self, node, visit):
        outer, self.scope = self.scope, self.file.scopes[node]
        visit()
        self.scope = outer

    def defaults(self, arguments):
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [
            default and self.visit(default) for default in arguments.kw_defaults
        ]


def imported(definition, name):
    for alias in definition.names:
        if name in (alias.asname, alias.name.partition(".")[0]):
            return alias.name
    return name


def repeated(node):
    """A copy of a repeatable key."""
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    if isinstance(node, ast.UnaryOp):
        return ast.copy_location(ast.UnaryOp(node.op, repeated(node.operand)), node)
    return ast.copy_location(ast.Constant(node.value), node)


def is_scalar(node):
    """Whether an expression is plainly a number or a text."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, tuple)
    return isinstance(node, (ast.JoinedStr, ast.Compare, ast.Lambda))


def is_number(node):
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
