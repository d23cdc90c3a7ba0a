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

from . import survey
from .basis import CONTAINER_OPERATORS, is_number, is_scalar, repeated
from .expressions import Expressions

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


class Rewriter(Expressions):
    """Rewrites statements, and with them a whole file."""

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
        lists = [target for target in targets if isinstance(target, (ast.Tuple, ast.List))]
        if lists:
            nested = any(isinstance(part, (ast.Tuple, ast.List)) for each in lists for part in each.elts)
            return self.whole(value, "vd" if nested else "v")
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
            node.slice = repeated(node.slice)
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
        new = ast.Subscript(written, repeated(key_again), ast.Store())
        return old, self.at(target, new)

    def key_twice(self, node):
        if self.is_repeatable(node):
            return node, repeated(node)
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
        if type(node.op) in CONTAINER_OPERATORS and not is_number(node):
            pair = self.helper(node, "a", old, value, self.site(target))
            operands = [ast.Starred(pair, ast.Load())]
        return self.operator(node, _IN_PLACE[type(node.op)], *operands)

    def augment_name(self, node, target):
        kind = self.sharing(target.id)
        if kind is not None:
            load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            old = self.visit(load)
            value = self.in_place(node, old, self.visit(node.value), target)
            return ast.copy_location(ast.Assign([target], self.bound(target, value)), node)
        value, node.value = node.value, self.visit(node.value)
        container = type(node.op) in CONTAINER_OPERATORS and not is_number(node)
        scalar = is_scalar(value) and not isinstance(node.op, ast.Mult)
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

    def visit_For(self, node):
        node.iter = self.items(node)
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
        node.subject = self.whole(node.subject, _looks_into(node))
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
        if module in self.modules and self.scope.task_code() is not self.file.module:
            read = self.helper(node, "gm", ast.Constant(module), _constants(node), self.site(node))
            statements.append(ast.copy_location(ast.Expr(read), node))
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


def _constants(node):
    names = [ast.Constant(alias.name) for alias in node.names]
    return ast.Tuple(names, ast.Load())


def _looks_into(node):
    """How deep the patterns of a `match` look into its subject, as a helper."""
    patterns = [part for case in node.cases for part in ast.walk(case.pattern)]
    if any(isinstance(pattern, ast.MatchClass) for pattern in patterns):
        return "vo"
    containers = (ast.MatchSequence, ast.MatchMapping)
    return "vd" if sum(isinstance(pattern, containers) for pattern in patterns) > 1 else "v"


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
