"""The state of a stopped program as plain data."""

import builtins
import sys
import unittest

from recording import FILE, run

from shims import snapshot


def taken(source):
    """The snapshot that a program takes of itself by calling `take()`."""
    found = []

    def take():
        frame = sys._getframe(1)
        found.append(snapshot.snapshot({7: frame}, {FILE: 0}, frame.f_globals))

    builtins.take = take
    try:
        done = run(source, named=False)
        assert not done.error, done.error
    finally:
        del builtins.take
    assert found[0] == found[1], "differs when rewritten"
    return found[0]


def table(variables):
    return {entry["name"]: entry["value"] for entry in variables}


class Stacks(unittest.TestCase):
    def test_the_innermost_function_comes_first(self):
        state = taken("class A:\n    def m(self, x):\n        take()\ndef f(y):\n    A().m(y + 1)\nf(1)\n")
        stack = state["stacks"][7]
        self.assertEqual([(f["function"], f["location"]["line"]) for f in stack], [("A.m", 3), ("f", 5), ("<module>", 6)])
        self.assertEqual(stack[0]["locals"], [{"name": "self", "value": "<A>"}, {"name": "x", "value": "2"}])
        self.assertEqual(stack[2]["locals"], [])

    def test_temporaries_and_functions_are_left_out(self):
        state = taken("import os\nclass A: x = 0\ndef f():\n    a = A()\n    g = print\n    m = os\n    def n(): return 0\n    [0][n()] = 1\n    a.x += 1\n    take()\nf()\n")
        self.assertEqual(table(state["stacks"][7][0]["locals"]), {"a": "<A>"})

    def test_closure_variables_are_shown(self):
        state = taken("def f():\n    n = 1\n    def g():\n        nonlocal n\n        n += 1\n        take()\n    g()\nf()\n")
        self.assertEqual(table(state["stacks"][7][0]["locals"]), {"n": "2"})


class Variables(unittest.TestCase):
    def test_objects_are_told_apart_by_the_names_that_globals_have_for_them(self):
        state = taken(
            "class A:\n    def m(self, other): take()\n"
            "ada, bo = A(), A()\nmany = [A()]\nada.friend = bo\nada.m(many[0])\n"
        )
        self.assertEqual(table(state["stacks"][7][0]["locals"]), {"self": "<A ada>", "other": "<A many[0]>"})
        self.assertEqual(table(state["globals"]), {"ada": "<A>", "bo": "<A>", "many": "[<A>]"})
        self.assertEqual(table(state["shared"])["ada.friend"], "<A bo>")

    def test_globals_are_what_the_program_made(self):
        state = taken("import threading\nfrom threading import Lock\nx = 1\nlock = Lock()\nclass A: pass\ndef f(): pass\na = A()\ntake()\n")
        self.assertEqual(table(state["globals"]), {"x": "1", "lock": "<Lock>", "a": "<A>"})

    def test_shared_objects_show_their_attributes(self):
        state = taken(
            "class A:\n    total = 5\n    def __init__(self, b): self.balance = b; self.__pin = [b]\n"
            "a = A(1)\nmany = [A(2), {'k': A(3)}]\na.other = A(9)\ntake()\n"
        )
        self.assertEqual(
            table(state["shared"]),
            {
                "A.total": "5",
                "a.balance": "1",
                "a.__pin": "[1]",
                "a.other": "<A>",
                "many[0].balance": "2",
                "many[0].__pin": "[2]",
                "a.other.balance": "9",
                "a.other.__pin": "[9]",
                "many[1]['k'].balance": "3",
                "many[1]['k'].__pin": "[3]",
            },
        )

    def test_there_are_at_most_sixty(self):
        state = taken("class A: pass\na = A()\nfor i in range(99): setattr(a, f'x{i}', i)\ntake()\n")
        self.assertEqual(len(state["shared"]), 60)


class Values(unittest.TestCase):
    def test_built_in_values_as_python_writes_them(self):
        for value in (None, True, 3, 2.5, "a'b", b"x", [1, (2,)], {"k": {1}}, (), set(), frozenset({1}), range(3), ...):
            self.assertEqual(snapshot.short(value), repr(value))

    def test_long_deep_and_recursive_values_are_cut(self):
        self.assertLessEqual(len(snapshot.short("x" * 1000)), 80)
        self.assertEqual(snapshot.short(list(range(20))), "[0, 1, 2, 3, 4, 5, 6, 7, …]")
        self.assertEqual(snapshot.short([[[[1]]]]), "[[[…]]]")
        loop = []
        loop.append(loop)
        self.assertEqual(snapshot.short(loop), "[[[…]]]")
        self.assertEqual(snapshot.short(10**5000), "<int of 16610 bits>")

    def test_own_classes_are_never_asked(self):
        class Loud(str):
            def __repr__(self):
                raise AssertionError

            __str__ = __len__ = __class__ = __repr__

        self.assertEqual(snapshot.short([Loud("x")]), "[<Loud>]")

    def test_threads_by_name(self):
        import threading

        self.assertEqual(snapshot.short(threading.Thread(name="t1")), "<Thread t1>")


if __name__ == "__main__":
    unittest.main()
