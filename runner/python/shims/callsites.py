"""The rewriter's half for calls: whose code is called decides who announces what it touches."""

import ast

from . import known, survey
from .basis import Basis, imported

_DEEP_CONTENTS = frozenset(["sorted", "min", "max", "sum", "any", "all", "print", "str", "repr", "format", "ascii"])
FRAMES = {
    "exec": "exec runs code that is not watched",
    "eval": "eval runs code that is not watched",
    "vars": "vars() gives access to variables behind the rewriter's back",
    "globals": "globals() gives access to variables behind the rewriter's back",
}


class Calls(Basis):
    """Rewrites calls."""

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
            return self.callimported(node, definition.module or "", imported(definition, name))
        return self.call_unknown(node)

    def call_class(self, node, definition):
        makes = any(getattr(part, "name", None) == "__init__" for part in definition.body)
        if makes or not self.gives_containers(node):
            return self.call_plain(node)
        return self.call_announced(node)

    def callimported(self, node, module, name):
        if module.partition(".")[0] in self.modules:
            return self.call_unknown(node)
        if known.is_unwatched(module, name) or known.is_unwatched(module.rpartition(".")[0], name):
            return self.call_announced(node)
        if (known.top(module), name) in known.STEPWISE_FUNCTIONS:
            node.func = self.visit(node.func)
            return self.call_stepwise(node, skip=1 if module == "functools" else 0)
        if module.partition(".")[0] in known.SYNCHRONISED or not self.gives_containers(node):
            return self.call_plain(node)
        return self.call_announced(node)

    def call_builtin(self, node, name):
        if name in FRAMES:
            self.blind(node, FRAMES[name])
        if name in ("getattr", "setattr", "hasattr", "delattr"):
            return self.call_announced(node)
        if name in known.STEPWISE:
            return self.call_stepwise(node, skip=1 if name in ("map", "filter") else 0)
        if name == "next" and len(node.args) >= 1 and not node.keywords:
            first = self.helper(node.args[0], "n", self.visit(node.args[0]), self.site(node))
            node.args = [first, *map(self.visit, node.args[1:])]
            return node
        if name == "iter" and getattr(self.scope.node, "name", None) == "__iter__":
            # Code in C will step through it.
            return self.call_stepwise(node, skip=0)
        if name in ("max", "min") and node.keywords and len(node.args) == 1:
            # The key may be the program's code, which runs between the steps.
            return self.call_stepwise(node, skip=0)
        if name in known.WHOLE:
            return self.call_reader(node, "vd" if name in _DEEP_CONTENTS else "v")
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
        files = [keyword for keyword in node.keywords if keyword.arg == "file"]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        for keyword in files:
            keyword.value = self.helper(keyword.value, "vw", keyword.value, self.site(node))
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
                module = imported(definition, root.id)
                if isinstance(function.value, ast.Attribute) and function.attr in known.METHOD_NAMES:
                    if module.partition(".")[0] not in self.modules:
                        return self.call_announced(node)
                return self.callimported(node, module, function.attr)
        root = function.value
        if survey._is_super(root) and function.attr == "__init__":
            return self.call_plain(node)
        if function.attr in known.METHOD_NAMES:
            return self.call_announced(node)
        return self.call_unknown(node) if self.gives_containers(node) else self.call_plain(node)
