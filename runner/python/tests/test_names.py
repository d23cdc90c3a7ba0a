"""Globals and closure variables."""

import unittest

from recording import accesses, run


class Globals(unittest.TestCase):
    def test_a_shared_global_is_read_and_written(self):
        found = accesses("n = 0\ndef f():\n    global n\n    n = n + 1\n# now\nf()\n", after="X")
        self.assertEqual(found, ["W n", "R n", "W n"])

    def test_augmented_assignment_reads_then_writes(self):
        found = accesses("n = 0\ndef f():\n    global n\n    n += 1\nf()\nprint(n)\n")
        self.assertEqual(found, ["W n", "R n", "W n", "R n"])

    def test_the_point_of_a_store_comes_after_its_value(self):
        source = "n = 0\nm = 0\ndef f():\n    global n, m\n    n = m\nf()\ndef g():\n    global m\n    m = 1\n"
        self.assertEqual(accesses(source)[-2:], ["R m", "W n"])

    def test_a_falsy_global_is_loaded_all_the_same(self):
        self.assertEqual(run("n = 0\ndef f():\n    global n\n    return n\nprint(f())\nn = 2\n").output, "0\n")

    def test_targets_of_every_kind_announce_their_store(self):
        source = (
            "import contextlib\n"
            "a = b = c = d = e = x = 0\n"
            "def f():\n"
            "    global a, b, c, d, e, x\n"
            "    a = b = 1\n"
            "    c, (d, *e) = 1, (2, 3)\n"
            "    for x in (1,): pass\n"
            "    with contextlib.nullcontext(5) as x: pass\n"
            "    (a := 7)\n"
            "    del a\n"
            "    print(b, c, d, e, x)\n"
            "f()\n"
        )
        found = [text for text in accesses(source) if text[0] == "W"][6:]
        self.assertEqual(found, [f"W {name}" for name in "a b c d e x x a a".split()])

    def test_a_definition_that_is_repeated_announces_its_binding(self):
        source = "def f(): return 1\ndef g(): return f()\ndef f(): return 2\nprint(g())\n"
        self.assertEqual(accesses(source), ["W f", "W f", "R f"])

    def test_a_decorated_class_keeps_its_decorators_and_lines(self):
        source = (
            "import inspect\n"
            "def mark(cls):\n    cls.seen = True\n    return cls\n"
            "def g():\n    return C\n"
            "if True:\n"
            "    @mark\n"
            "    class C: pass\n"
            "print(C.seen, g().__name__)\n"
            "def h(): pass\n"
            "print(h.__code__.co_firstlineno)\n"
        )
        self.assertIn("True C", run(source).output)

    def test_private_names_are_mangled_as_the_language_does(self):
        source = (
            "_C__n = 1\n"
            "class C:\n    def f(self):\n        global __n\n        __n += 1\n        return __n\n"
            "print(C().f(), _C__n)\n"
        )
        self.assertEqual(accesses(source)[-4:], ["R _C__n", "W _C__n", "R _C__n", "R _C__n"])

    def test_builtins_and_unbound_names_behave_as_ever(self):
        done = run("def f():\n    return missing\ntry:\n    f()\nexcept NameError as e:\n    print(e)\n")
        self.assertEqual(done.output, "name 'missing' is not defined\n")
        self.assertEqual(done.accesses, [])


class Cells(unittest.TestCase):
    def test_a_nonlocal_counter_is_shared(self):
        source = (
            "def make():\n    n = 0\n"
            "    def up():\n        nonlocal n\n        n += 1\n        return n\n"
            "    return up\nup = make()\nprint(up(), up())\n"
        )
        self.assertEqual(accesses(source), ["W n"] + ["R n", "W n", "R n"] * 2)

    def test_a_loop_variable_that_is_captured_is_shared(self):
        source = (
            "def f():\n    got = []\n    for i in range(3):\n        got.append(lambda: i)\n"
            "    return [g() for g in got]\nprint(f())\n"
        )
        found = accesses(source)
        self.assertEqual([text for text in found if text.endswith(" i")], ["W i"] * 3 + ["R i"] * 3)

    def test_a_variable_that_only_proxies_bind_stays_local(self):
        source = (
            "def f():\n    'text'\n    for i in (1, 2):\n        def g(): return i\n"
            "    return g(), f.__doc__\nprint(f())\nclass i: pass\n"
        )
        self.assertEqual(run(source).output, "(2, 'text')\n")

    def test_a_variable_bound_before_its_captors_is_constant(self):
        source = (
            "def f(a):\n    lock = [a]\n    def g():\n        return a, lock is None\n"
            "    return g()\nprint(f(1))\n"
        )
        self.assertEqual(accesses(source), [])

    def test_a_variable_bound_after_its_captor_is_shared(self):
        source = "def f():\n    def g(): return late\n    late = 1\n    return g()\nprint(f())\n"
        self.assertEqual(accesses(source), ["W late", "R late"])

    def test_a_rebound_parameter_is_shared(self):
        source = "def f(a):\n    def g(): return a\n    a = 2\n    return g()\nprint(f(1))\n"
        self.assertEqual(accesses(source), ["W a", "R a"])

    def test_deleting_a_captured_variable_is_a_write(self):
        source = "def f(a):\n    def g(): return a\n    del a\n    try: g()\n    except NameError as e: print(e)\nf(1)\n"
        self.assertEqual(accesses(source), ["W a", "R a"])


class Noise(unittest.TestCase):
    """What needs no point, and why that is so."""

    def test_the_quiet_beginning_needs_no_points(self):
        source = (
            "import threading\nfrom threading import Lock\n"
            "class A:\n    def __init__(self, n):\n        self.n = n\n"
            "lock = Lock()\na = A(3)\nLIMIT = 5\n"
            "def f():\n    with lock: return a.n, LIMIT\nprint(f())\n"
        )
        self.assertEqual(run(source).accesses, [])

    def test_a_single_binding_made_alone_settles_the_name(self):
        source = "def make(): return 1\nx = make()\ndef f(): return x\nprint(f())\n"
        self.assertEqual(run(source, alone=True).accesses, [])

    def test_a_single_binding_made_in_company_does_not(self):
        source = "def make(): return 1\nx = make()\ndef f(): return x\nprint(f())\n"
        self.assertEqual(run(source, alone=False).accesses, ["W x", "R x"])

    def test_a_name_read_before_it_is_bound_is_announced(self):
        source = (
            "def f():\n    try: return x\n    except NameError: return 'early'\n"
            "print(f())\nx = f()\nprint(f())\n"
        )
        self.assertEqual(run(source, alone=True).accesses, ["R x", "R x"])

    def test_globals_that_only_the_main_task_mentions_are_private(self):
        source = "total = 0\nfor i in range(3):\n    total += i\nprint(total)\n"
        self.assertEqual(run(source).accesses, [])

    def test_a_name_bound_in_a_loop_or_twice_never_settles(self):
        source = "for x in (1, 2): pass\ndef f(): return x\nprint(f())\n"
        self.assertEqual(run(source, alone=True).accesses, ["W x", "W x", "R x"])


if __name__ == "__main__":
    unittest.main()
