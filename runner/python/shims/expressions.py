"""The rewriter's half for expressions: what is read, compared, iterated over."""

import ast

from . import known, survey
from .basis import CONTAINER_OPERATORS, is_scalar, repeated
from .callsites import FRAMES, Calls
from .scopes import COMPREHENSIONS

_COMPARISONS = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}


class Expressions(Calls):
    """Rewrites expressions."""

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.id in FRAMES and self.is_builtin(node.id):
            self.blind(node, FRAMES[node.id])
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

    def visit_Attribute(self, node):
        node.value = self.attribute_base(node, self.visit(node.value), "r")
        if node.attr in known.METHOD_NAMES and not self.is_called(node):
            return self.helper(node, "m", node, self.site(node))
        return node

    def is_called(self, node):
        """Whether an attribute is what a call calls, or is itself only asked for an attribute."""
        parent = self.file.parents.get(node)
        return isinstance(parent, ast.Attribute) or isinstance(parent, ast.Call) and parent.func is node

    def visit_Subscript(self, node):
        base = self.visit(node.value)
        if not self.maybe_container(node.value):
            node.value, node.slice = base, self.visit(node.slice)
            return node
        site = self.site(node)
        if self.is_repeatable(node.slice):
            node.value = self.helper(node, "ri", base, node.slice, site)
            node.slice = repeated(node.slice)
            return node
        pair = self.helper(node, "rp", base, self.key(node.slice), site)
        return self.operator(node, "getitem", ast.Starred(pair, ast.Load()))

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
        if isinstance(node.op, ast.Mod):
            return self.formatting(node)
        name = CONTAINER_OPERATORS.get(type(node.op))
        containers = [side for side in sides if self.maybe_container(side)]
        scalar = any(map(is_scalar, sides))
        if isinstance(node.op, ast.Mult):
            scalar = any(isinstance(s, ast.Constant) and type(s.value) is float for s in sides)
        node.left, node.right = map(self.visit, sides)
        if name is None or scalar or not containers:
            return node
        pair = self.helper(node, "p", node.left, node.right, self.site(node))
        return self.operator(node, name, ast.Starred(pair, ast.Load()))

    def formatting(self, node):
        """`text % values` reads the values, also those in containers."""
        is_number = isinstance(node.left, ast.Constant) and not isinstance(node.left.value, (str, bytes))
        node.left = self.visit(node.left)
        node.right = self.visit(node.right) if is_number else self.whole(node.right, "vd")
        return node

    def visit_Compare(self, node):
        if len(node.ops) > 1:
            node.left = self.whole(node.left, "vd")
            node.comparators = [self.whole(part, "vd") for part in node.comparators]
            return node
        left, operator, right = node.left, node.ops[0], node.comparators[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            return self.membership(node, left, right)
        node.left, node.comparators = self.visit(left), [self.visit(right)]
        sides = (left, right)
        if type(operator) not in _COMPARISONS or any(map(is_scalar, sides)):
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
                visited = self.helper(right, "in", visited, repeated(node.left), site)
            else:
                visited = self.helper(right, "vd", visited, site)
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

    def visit_Lambda(self, node):
        self.defaults(node.args)

        def body():
            node.body = self.visit(node.body)

        self.within(node, body)
        return node

    def items(self, loop, is_async=False):
        """What a loop steps through; its target may unpack what it gets."""
        plain = self.is_plain(loop.iter, loop.target)
        items = self.iterable(loop.iter, is_async)
        if plain or is_async or not isinstance(loop.target, (ast.Tuple, ast.List)):
            return items
        helper = "ipn" if self.is_nested(loop.target) else "ip"
        return self.helper(items, helper, items, self.site(loop.target))

    def is_nested(self, target):
        return any(isinstance(part, (ast.Tuple, ast.List)) for part in target.elts)

    def is_plain(self, node, target):
        """Whether a loop unpacks tuples that were just made for it."""
        if not isinstance(target, (ast.Tuple, ast.List)) or self.is_nested(target):
            return False
        if isinstance(node, (ast.List, ast.Tuple)):
            return all(isinstance(part, ast.Tuple) for part in node.elts)
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Attribute):
            return node.func.attr == "items"
        name = getattr(node.func, "id", None)
        return name in ("enumerate", "zip") and self.is_builtin(name)

    def _comprehension(self, node):
        first = node.generators[0]
        first.iter = self.items(first)

        def body():
            for generator in node.generators:
                if generator is not first:
                    generator.iter = self.items(generator, generator.is_async)
                generator.target = self.target(generator.target)
                generator.ifs = [self.truth(condition) for condition in generator.ifs]
            for part in ("key", "value", "elt"):
                if hasattr(node, part):
                    setattr(node, part, self.visit(getattr(node, part)))

        self.within(node, body)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
