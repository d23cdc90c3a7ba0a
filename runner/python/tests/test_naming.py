"""Names for objects and variables."""

import types
import unittest

from recording import naming, run


def namespace(source):
    return run(source, named=False).namespace


class Naming(unittest.TestCase):
    def name(self, source, expression, kind="lock"):
        """The name of what an expression gives, while the program's module is the main one."""
        asked = f"\nname_of({expression}, {kind!r})\n"
        return self.ask(source + asked)

    def ask(self, source):
        import builtins

        found = []
        builtins.name_of = lambda o, kind: found.append(naming.name_object(o, kind))
        try:
            self.assertEqual(run(source, named=False).error, "")
        finally:
            del builtins.name_of
        self.assertEqual(found[0], found[1], "the same name with and without rewriting")
        return found[0]

    START = (
        "import threading\nclass A:\n    def __init__(self): self.lock = threading.Lock(); self._A__hidden = [threading.Lock()]\n"
        "a = A()\nlock = threading.Lock()\naccounts = [A(), A()]\nby_name = {'x': A(), 3: {'deep': A()}}\n"
    )

    def test_globals_attributes_and_items(self):
        for expression in ("lock", "a.lock", "accounts[1].lock", "by_name['x'].lock", "accounts", "by_name[3]['deep'].lock"):
            self.assertEqual(self.name(self.START, expression), expression)

    def test_the_shortest_name_wins(self):
        self.assertEqual(self.name(self.START + "z = a.lock\n", "a.lock"), "z")

    def test_private_attributes_are_named_as_in_the_source(self):
        self.assertEqual(self.name(self.START, "a._A__hidden[0]"), "a.__hidden[0]")

    def test_slots(self):
        source = "import threading\nclass S:\n    __slots__ = ('lock', 'none')\ns = S()\ns.lock = threading.Lock()\n"
        self.assertEqual(self.name(source, "s.lock"), "s.lock")

    def test_locals_of_running_functions(self):
        source = "import threading\ndef f(table):\n    mine = threading.Lock()\n    name_of(mine, 'lock')\nf(0)\n"
        self.assertEqual(self.ask(source), "mine")

    def test_what_is_held_by_a_local(self):
        source = self.START + "def f():\n    forks = [threading.Lock(), threading.Lock()]\n    name_of(forks[1], 'lock')\nf()\n"
        self.assertEqual(self.ask(source), "forks[1]")

    def test_an_unreachable_object_keeps_its_kind(self):
        self.assertEqual(self.name("import threading\n", "threading.Lock()"), "lock")

    def test_variables_of_unreachable_objects_are_named_by_class(self):
        class Account:
            pass

        self.assertEqual(naming.name_variable(Account(), "balance", -1), "<Account>.balance")
        self.assertEqual(naming.name_variable(types.SimpleNamespace(), "x", -1), "<SimpleNamespace>.x")
        self.assertEqual(naming.name_variable(Account, "total", -1), "Account.total")
        self.assertEqual(naming.name_variable({}, "k", -1), "dict['k']")

    def test_naming_runs_no_code_of_the_learners(self):
        source = (
            "class Loud:\n    def __getattr__(self, n): print('getattr', n); raise AttributeError\n"
            "    def __eq__(self, o): print('eq'); return True\n    def __iter__(self): print('iter'); return iter(())\n"
            "    @property\n    def p(self): print('p')\n"
            "    @property\n    def __dict__(self): print('dict'); return {}\n"
            "class L(list):\n    def __iter__(self): print('iter'); return iter(())\n"
            "class D(dict):\n    def items(self): print('items'); return ()\n"
            "one = Loud()\nmany = L([Loud()])\nd = D(k=Loud())\n"
        )
        found = self.name(source, "object()", "thing")
        self.assertEqual(found, "thing")
        self.assertEqual(run(source, named=False).output, "")


if __name__ == "__main__":
    unittest.main()
