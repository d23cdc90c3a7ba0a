"""Granularity `gil`: a rewriter that also says where an interpreter with a GIL can hand it over.

Functions that are entered are told by the interpreter itself (`_heddle.note_call`). What is left are the
calls of everything else, after which it can switch, and jumps back:

    f(a)                   ->  h_sc(f)(a)                (gives f back if that is a Python function)
    f(*a)                  ->  h_sa(f)(*a)
    for x in o             ->  for x in h_se(o)
    while test             ->  w = h_sr(…); while w(w.begin(), test): …; del w
    with o: …              ->  try: with o: … finally: h_ss()      (`__exit__` is called)
    class C: …             ->  @h_sd class C: …          (a class is made, or decorated, by a call)
"""

import ast
import sys

from .transform import Rewriter

# Since 3.13 the test of a loop stands at its beginning only, and the jump back comes before it.
_TEST_COMES_LAST = sys.version_info < (3, 13)
# Since 3.12 `f(*a)` enters a Python function like `f(a)`, and looks when it is entered.
_UNPACKING_RETURNS = sys.version_info < (3, 12)


class SwitchRewriter(Rewriter):
    """Announces accesses, and where others can come between them."""

    def visit_Call(self, node):
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        starred = starred or any(keyword.arg is None for keyword in node.keywords)
        call = super().visit_Call(node)
        if not isinstance(call, ast.Call):
            return call
        name = _helper_name(call.func)
        if starred and _UNPACKING_RETURNS:
            call.func = self.helper(call.func, "sa", call.func)
        elif name in _MARKING:
            call.func.func.id = f"__heddle_{name}s__"
        else:
            call.func = self.helper(call.func, "sc", call.func)
        return call

    def _define(self, node):
        made_by_call = isinstance(node, ast.ClassDef) or node.decorator_list
        node = super()._define(node)
        if made_by_call:
            # After everything but the announcement of the binding.
            like = node.decorator_list[-1] if node.decorator_list else node
            mark = self.at(like, ast.Name("__heddle_sd__", ast.Load()))
            node.decorator_list.insert(0 if self.sharing(node.name) is None else 1, mark)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _define

    def visit_For(self, node):
        node = super().visit_For(node)
        node.iter = self.helper(node.iter, "se", node.iter)
        return node

    def _comprehension(self, node):
        node = super()._comprehension(node)
        for generator in node.generators:
            if not generator.is_async:
                generator.iter = self.helper(generator.iter, "se", generator.iter)
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_While(self, node):
        before_test = ast.Constant(not _TEST_COMES_LAST or _has_continue(node.body))
        node = super().visit_While(node)
        name = self.temporary()

        def rounds():
            return ast.Name(name, ast.Load())

        test, like = node.test, node.test
        begin = ast.Call(ast.Attribute(rounds(), "begin", ast.Load()), [], [])
        node.test = self.at(like, ast.Call(rounds(), [begin, test], []))
        made = self.helper(like, "sr", before_test)
        before = ast.Assign([self.at(like, ast.Name(name, ast.Store()))], made)
        statements = [ast.copy_location(before, node), node]
        if self.scope.is_function:
            after = ast.Delete([self.at(like, ast.Name(name, ast.Del()))])
            statements.append(ast.copy_location(after, node))
        return statements

    def visit_With(self, node):
        node = super().visit_With(node)
        mark = ast.copy_location(ast.Expr(self.helper(node.items[0].context_expr, "ss")), node)
        return ast.copy_location(ast.Try([node], [], [], [mark]), node)

    visit_AsyncWith = visit_With


# Helpers that give the function to call, or the whole call: they know what it was.
_MARKING = ("k", "f", "fb")


def _helper_name(function):
    """The helper whose call gives the function that is called."""
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Name):
        name = function.func.id
        if name.startswith("__heddle_"):
            return name[len("__heddle_"):-2]
    return None


def _has_continue(body):
    """Whether a loop's body goes on to the next round from somewhere in the middle."""
    return any(map(_continues, body))


def _continues(node):
    if isinstance(node, ast.Continue):
        return True
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
        return _has_continue(node.orelse)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return False
    return any(map(_continues, ast.iter_child_nodes(node)))
