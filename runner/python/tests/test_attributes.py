"""Attributes: real storage is announced, code is not."""

import unittest

from recording import accesses, run

COUNTER = (
    "class C:\n    def __init__(self):\n        self.x = 0\n        self.fixed = 1\n"
    "c = C()\ndef set_x(v):\n    c.x = v\n# now\n"
)


class Instances(unittest.TestCase):
    def test_reads_writes_and_deletions(self):
        found = accesses(COUNTER + "print(c.x)\nc.x = 1\ndel c.x\n")
        self.assertEqual(found, ["R c.x", "W c.x", "W c.x"])

    def test_augmented_assignment_evaluates_its_object_once(self):
        source = COUNTER + "def get():\n    print('get')\n    return c\nget().x += 1\nprint(c.x)\n"
        self.assertEqual(accesses(source), ["R c.x", "W c.x", "R c.x"])

    def test_the_right_side_comes_between_the_read_and_the_write(self):
        found = accesses(COUNTER + "def f():\n    return c.x\nc.x += f()\n")
        self.assertEqual(found, ["R c.x", "R c.x", "W c.x"])

    def test_yield_on_the_right_works(self):
        source = COUNTER + (
            "def g():\n    c.x += yield 'ready'\n"
            "i = g()\nprint(next(i))\ntry: i.send(5)\nexcept StopIteration: print(c.x)\n"
        )
        self.assertEqual(accesses(source), ["W i", "R c.x", "W i", "W c.x", "R c.x"])

    def test_await_on_the_right_works(self):
        source = COUNTER + (
            "async def two(): return 2\n"
            "async def f():\n    c.x += await two()\n    return c.x\n"
            "import asyncio\nprint(asyncio.run(f()))\n"
        )
        self.assertEqual(accesses(source), ["R c.x", "W c.x", "R c.x"])

    def test_an_object_does_not_live_longer_for_being_augmented(self):
        source = (
            "class C:\n    x = 0\n    def __del__(self): print('gone')\n"
            "def f():\n    c = C()\n    c.x += 1\n    c = None\n    print('end')\nf()\n"
        )
        self.assertEqual(run(source, named=False).output, "gone\nend\n")

    def test_targets_of_every_kind_announce_their_store(self):
        source = COUNTER + (
            "import contextlib\n"
            "def f():\n"
            "    c.x = c.x = 1\n"
            "    c.x, *c.x = 1, 2\n"
            "    for c.x in (1, 2): pass\n"
            "    with contextlib.nullcontext(5) as c.x: pass\n"
            "    [0 for c.x in (1,)]\n"
            "    c.x: int = 4\n"
            "f()\n"
        )
        self.assertEqual(accesses(source), ["W c.x"] * 9)

    def test_an_attribute_stored_only_in_init_needs_no_point(self):
        self.assertEqual(accesses(COUNTER + "print(c.fixed)\n"), [])

    def test_it_does_when_init_hands_self_on(self):
        source = "seen = []\nclass C:\n    def __init__(self):\n        seen.append(self)\n        self.x = 0\n"
        self.assertIn("W seen[0].x", accesses(source + "# now\nc = C()\nprint(c.x)\n") + run(source + "c = C()\n").accesses)

    def test_stores_on_an_object_nobody_has_yet_need_no_point(self):
        source = "class C:\n    def __init__(self):\n        self.x = 0\n        self.x += 1\ndef f(c): c.x = 2\nC()\n"
        self.assertEqual(run(source).accesses, [])

    def test_a_singleton_is_initialised_in_sight_of_everyone(self):
        source = (
            "class S:\n    one = None\n    def __new__(cls):\n        if S.one is None:\n"
            "            S.one = super().__new__(cls)\n        return S.one\n"
            "    def __init__(self): self.x = 0\n"
            "s = S()\n# now\nprint(S() is s, s.x)\n"
        )
        found = run(source).accesses
        self.assertEqual(found[-2:], ["W s.x", "R s.x"])

    def test_slots_are_storage(self):
        source = "class C:\n    __slots__ = ('x',)\nc = C()\n# now\nc.x = 1\nc.x += 1\nprint(c.x)\n"
        self.assertEqual(accesses(source), ["W c.x", "R c.x", "W c.x", "R c.x"])

    def test_private_attributes_are_mangled(self):
        source = "class C:\n    def f(self):\n        self.__x = 1\n        return self.__x\nc = C()\n# now\nprint(c.f(), c._C__x)\n"
        found = run(source).accesses
        self.assertEqual(found, ["W c.__x", "R c.__x", "R c.__x"])

    def test_functions_have_attributes_too(self):
        source = "def f(): f.count += 1\nf.count = 0\n# now\nf()\nprint(f.count)\n"
        self.assertEqual(run(source).accesses, ["W f.count", "R f.count", "W f.count", "R f.count"])

    def test_setattr_getattr_and_their_kin_are_accesses(self):
        source = COUNTER + "setattr(c, 'x', 1)\nprint(getattr(c, 'x'), hasattr(c, 'x'))\ndelattr(c, 'x')\n"
        self.assertEqual(accesses(source), ["W c.x", "R c.x", "R c.x", "W c.x"])

    def test_a_missing_attribute_was_read(self):
        found = accesses(COUNTER + "def later(): c.y = 1\nprint(hasattr(c, 'y'), getattr(c, 'y', 0))\n")
        self.assertEqual(found, ["R c.y", "R c.y"])

    def test_a_cached_property_is_written_once(self):
        source = (
            "import functools\nclass C:\n    @functools.cached_property\n    def x(self): return 1\n"
            "c = C()\n# now\nprint(c.x)\nprint(c.x)\n"
        )
        self.assertEqual(accesses(source), ["W c.x", "R c.x"])


class Classes(unittest.TestCase):
    def test_a_value_in_the_class_is_read_through_the_instance_and_the_class(self):
        source = "class C:\n    n = 0\nc = C()\n# now\nc.n += 1\nprint(c.n)\n"
        self.assertEqual(accesses(source), ["R c.n", "W c.n", "R c.n"])
        source += "def reset(): C.n = 0\n"
        self.assertEqual(accesses(source), ["R c.n", "R C.n", "W c.n", "R c.n"])

    def test_a_store_on_a_class_that_nobody_foresaw_is_reported(self):
        source = "class C:\n    n = 0\ndef f(k): k.n = 1\nf(C)\n"
        self.assertEqual(len(run(source, alone=False).reports), 1)
        self.assertEqual(run(source, alone=True).reports, [])

    def test_a_counter_in_the_class(self):
        source = "class C:\n    n = 0\n    @classmethod\n    def up(cls): cls.n += 1\n# now\nC.up()\nprint(C.n)\n"
        self.assertEqual(run(source).accesses, ["R C.n", "W C.n", "R C.n"])

    def test_a_subclass_reads_that_it_has_no_value_of_its_own(self):
        source = "class A:\n    n = 0\nclass B(A): pass\n# now\nB.n += 1\nA.n = 2\n"
        self.assertEqual(accesses(source), ["R B.n", "R A.n", "W B.n", "W A.n"])

    def test_constants_of_a_class_need_no_point(self):
        self.assertEqual(accesses("class C:\n    LIMIT = 3\nc = C()\n# now\nprint(c.LIMIT, C.LIMIT)\n"), [])

    def test_methods_that_are_replaced_are_storage_properties_and_descriptors_are_code(self):
        source = (
            "class D:\n    def __get__(self, o, t): return 3\n    def __set__(self, o, v): print('set', v)\n"
            "class C:\n    d = D()\n    def __init__(self): self._x = 0\n"
            "    @property\n    def x(self): return self._x\n    @x.setter\n    def x(self, v): self._x = v\n"
            "    def m(self): return 'm'\n"
            "c = C()\n# now\nc.x = 5\nprint(c.x, c.m(), c.d)\nc.d = 1\nC.m = lambda self: 'n'\nprint(c.m())\n"
        )
        found = run(source).accesses
        self.assertEqual(found, ["W c._x", "R c._x", "R c.m", "R C.m", "W C.m", "R c.m", "R C.m"])

    def test_getattr_and_getattribute_of_the_program_are_code(self):
        source = (
            "class C:\n"
            "    def __getattribute__(self, name):\n        return object.__getattribute__(self, name)\n"
            "    def __setattr__(self, name, value):\n        object.__setattr__(self, name, value)\n"
            "c = C()\n# now\nc.x = 1\nprint(c.x)\n"
        )
        self.assertEqual(run(source).accesses, ["W c.x", "R c.x"])

    def test_thread_local_storage_is_not_shared(self):
        source = "import threading\nlocal = threading.local()\n# now\nlocal.x = 1\nlocal.x += 1\nprint(local.x)\n"
        self.assertEqual(accesses(source), [])

    def test_super_and_dataclasses_work(self):
        source = (
            "from dataclasses import dataclass, field\n"
            "@dataclass\nclass P:\n    x: int = 0\n    items: list = field(default_factory=list)\n"
            "class Q(P):\n    def __init__(self, x):\n        super().__init__(x)\n"
            "    def __repr__(self): return super().__repr__()\n"
            "q = Q(2)\n# now\nq.x += 1\nprint(q)\n"
        )
        self.assertEqual(accesses(source)[:2], ["R q.x", "W q.x"])


class Foreign(unittest.TestCase):
    def test_nothing_of_the_learners_is_called_by_a_hook(self):
        source = (
            "class Loud:\n"
            "    def __getattr__(self, n): print('getattr', n); raise AttributeError(n)\n"
            "    def __eq__(self, o): print('eq'); return True\n"
            "    def __hash__(self): print('hash'); return 1\n"
            "    def __bool__(self): print('bool'); return True\n"
            "    def __len__(self): print('len'); return 1\n"
            "    def __repr__(self): print('repr'); return 'L'\n"
            "    @property\n    def __class__(self): print('class'); return int\n"
            "o = Loud()\nd = {}\n# now\n"
            "o.x = 1\nprint(o.x)\nd[o] = 1\nd[o] += 1\nif o: pass\nprint(len(o), o == 1, o in [1], [o], f'{o}')\n"
            "d.get(o)\nfor x in [o]: pass\n"
        )
        run(source)

    def test_built_in_functions_that_were_replaced_are_not_called_by_a_hook(self):
        source = (
            "import builtins\nl, d = [1], {'k': 1}\ndef f(): return l, d\n"
            "def loud(*a): raise AssertionError\n"
            "kept = {n: getattr(builtins, n) for n in ('len', 'type', 'isinstance', 'dict', 'list', 'any', 'callable')}\n"
            "for n in kept: setattr(builtins, n, loud)\n"
            "try:\n    l[0] += d['k']\n    l.append(2)\n    d['n'] = l + l\n    for x in l: pass\n    if l: print(l)\n"
            "finally:\n    for n in kept: setattr(builtins, n, kept[n])\n"
        )
        run(source, named=False)

    def test_stores_on_other_modules_leave_them_alone(self):
        run("import math\nmath.spare = 1\nprint(math.spare, math.pi)\ndel math.spare\n")


if __name__ == "__main__":
    unittest.main()
