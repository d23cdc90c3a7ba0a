"""Programs that must do the same rewritten: every construct of the language, and its errors."""

import sys
import unittest

from recording import run

PROGRAMS = {
    "docstring and future": '"""doc"""\nfrom __future__ import annotations\nx: Missing = 1\nprint(__doc__, __annotations__)\n',
    "class bodies": (
        "n = 1\nclass C:\n    n = n + 1\n    items = [n for _ in range(2)]\n    def f(self): return n\n"
        "    x: int = n\n    for i in range(2): pass\n    n += 1\n"
        "def g():\n    global n\n    n = 9\nprint(C.n, C.items, C().f(), C.x, C.i)\n"
    ),
    "comprehension scopes": (
        "def f():\n    x = 5\n    a = [x for x in range(3)]\n    b = {x: y for x in 'ab' for y in 'cd'}\n"
        "    c = [(lambda: i)() for i in range(2)]\n    d = [y := 1, y**2]\n    return x, a, b, c, d, sum(z for z in a)\nprint(f())\n"
    ),
    "walrus": "def f():\n    global w\n    if (w := 5) and [w := i for i in range(3)]: return w\nprint(f(), w)\n",
    "chained comparison": "l = [1]\ndef f(): return l\nprint(1 in l in [l], l == l != [2], 1 < 2 < 3)\n",
    "generators": (
        "n = 0\ndef g():\n    global n\n    n += yield n\n    x = yield from [1, 2]\n    return n\n"
        "i = g()\nprint(next(i), i.send(4), list(i))\n"
    ),
    "async": (
        "import asyncio\nclass C:\n    async def __aenter__(self): return [1]\n    async def __aexit__(self, *a): pass\n"
        "async def gen():\n    for i in range(2): yield i\n"
        "async def main():\n    d = {}\n    async with C() as d['k']: pass\n    async for d['i'] in gen(): pass\n"
        "    return d, [x async for x in gen()]\nprint(asyncio.run(main()))\n"
    ),
    "match": (
        "class P:\n    __match_args__ = ('x',)\n    def __init__(self, x): self.x = x\n"
        "class K: RED = 1\n"
        "def f(v):\n    match v:\n        case K.RED: return 'red'\n        case [a, *rest]: return a, rest\n"
        "        case {'k': P(x=3) as p, **more}: return p.x, more\n        case P(y) if y: return y\n        case _: return None\n"
        "print(f(1), f([1, 2]), f({'k': P(3), 'z': 0}), f(P(7)), f(P(0)))\n"
    ),
    "with": (
        "class M:\n    def __enter__(self): return 1, [2]\n    def __exit__(self, *a): print('exit', a[0]); return True\n"
        "d = {}\ndef f():\n    with M() as (d['a'], [d['b']]), M():\n        raise ValueError\nf()\nprint(d)\n"
    ),
    "exceptions": (
        "def f():\n    try: raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError as e: print(e.exceptions)\n"
        "    except* TypeError as e: print('t')\n    finally: print('f')\n    try: e\n    except UnboundLocalError as x: print(x)\nf()\n"
    ),
    "super and class cell": (
        "class A:\n    def m(self, *a, **k): return a, k\n"
        "class B(A):\n    def m(self, *a, **k): return super().m(*a, **k), __class__.__name__\n"
        "    @classmethod\n    def c(cls): return super().__name__ if hasattr(super(), '__name__') else cls.__name__\nprint(B().m(1, x=2), B.c())\n"
    ),
    "metaclass and slots": (
        "class M(type):\n    def __new__(m, n, b, ns, **k): return super().__new__(m, n, b, ns)\n"
        "class C(metaclass=M, flag=1):\n    __slots__ = ('x', '__y')\n    def __init__(self): self.x = 1; self.__y = 2\n"
        "    def f(self): return self.__y\nc = C()\nc.x += 1\nprint(c.x, c.f())\ntry: c.z = 1\nexcept AttributeError as e: print(e)\n"
    ),
    "enum and namedtuple": (
        "from enum import Enum\nfrom collections import namedtuple\nfrom typing import NamedTuple\n"
        "class E(Enum):\n    A = 1\n    B = A\n    def f(self): return self.value\n"
        "P = namedtuple('P', 'x y')\nclass Q(NamedTuple):\n    x: int = 0\nprint(E.A, E.B.f(), list(E), P(1, 2).x, Q(), P._make([1, 2]))\n"
    ),
    "functions": (
        "def f(a, /, b=2, *c, d, e=5, **g): return a, b, c, d, e, g\n"
        "print(f(1, d=4), f(*[1, 2, 3], **{'d': 4, 'z': 0}), (lambda *a, k=[1]: (a, k))(1))\n"
        "def h(x=[]):\n    x.append(1)\n    return x\nprint(h(), h())\n"
    ),
    "decorators": (
        "import functools\ndef deco(n):\n    def w(f):\n        @functools.wraps(f)\n        def inner(*a): return n, f(*a)\n        return inner\n    return w\n"
        "@deco(1)\n@deco(2)\ndef f(x):\n    'doc'\n    return x\nprint(f(3), f.__name__, f.__doc__, f.__qualname__)\n"
    ),
    "f-strings": "x = [1]\ndef f(): return x\nw = 8\nprint(f'{x!r:>{w}} {x=} {f()} {len(x):03d} {{}}')\n",
    "del and unbound": (
        "x = 1\ndef f():\n    global x\n    del x\nf()\ntry: x\nexcept NameError as e: print(e)\n"
        "def g():\n    y = 1\n    del y\n    return y\ntry: g()\nexcept UnboundLocalError as e: print(e)\n"
    ),
    "evaluation order": (
        "def t(n, v=None):\n    print(n, end=' ')\n    return v\n"
        "class O: pass\no, d = O(), {}\n"
        "t('a', o).x = t('b', d)[t('c')] = t('d', 1)\nt('e', o).x += t('f', 1)\nt('g', d)[t('h')] += t('i', 2)\n"
        "t('j', [1]).append(t('k'))\nt('l', {})[t('m'):t('n')] if 0 else t('o')\nprint(t('p', 1) + t('q', 2), t('r', 1) < t('s', 2), o.x, d)\n"
    ),
    "in-place operators": (
        "class V:\n    def __init__(self, v): self.v = v\n    def __iadd__(self, o): self.v += o; print('iadd'); return self\n"
        "    def __mul__(self, o): return V(self.v * o)\n"
        "class H: pass\nh = H()\nh.v = V(1)\nk = h.v\nh.v += 2\nh.v *= 3\nprint(h.v.v, k.v)\n"
        "h.v = [1]\nk = h.v\nh.v += [2]\nh.v *= 2\nprint(h.v, k)\n"
        "t = ([],)\ntry: t[0] += [1]\nexcept TypeError as e: print(e, t)\n"
        "n = 7\ndef f():\n    global n\n    n **= 2; n //= 3; n <<= 1; n %= 7; n |= 8; n ^= 1; n -= 2; n >>= 1; n /= 2\n    return n\nprint(f())\n"
    ),
    "pickling by name": (
        "import pickle\nclass P:\n    def __init__(self): self.x = 1\n"
        "def f(): return 2\nprint(pickle.loads(pickle.dumps(P())).x, pickle.loads(pickle.dumps(f))())\n"
    ),
    "inspection": (
        "import inspect\ndef f(a, b=1):\n    return a\nprint(inspect.signature(f), inspect.getsource(f), f.__code__.co_firstlineno)\n"
    ),
    "star targets": "def f():\n    global a, c\n    a, *b, c = [1, 2, 3, 4]\n    for i, (j, *k) in [(1, (2, 3))]: pass\n    return a, b, c, i, j, k\nprint(f())\n",
    "while and else": "n = 0\ndef f():\n    global n\n    while n < 3: n += 1\n    else: print('else')\n    for n in (): pass\n    else: print('for', n)\nf()\n",
    "threads": (
        "import threading\nc = 0\nlock = threading.Lock()\ndef w():\n    global c\n    for _ in range(50):\n        with lock: c += 1\n"
        "ts = [threading.Thread(target=w) for _ in range(4)]\n[t.start() for t in ts]\n[t.join() for t in ts]\nprint(c)\n"
    ),
    "uncaught, with carets": "d = {'a': 1}\ndef f(k):\n    return d['a'] + d[k]\ndef g(): return f('b')\ng()\n",
    "uncaught in an augmented store": "class C:\n    __slots__ = ()\n    @property\n    def x(self): return 1\nc = C()\ndef f():\n    c.x += 1\nf()\n",
    "uncaught operand types": "l = [1]\ndef f():\n    return l + 5\nf()\n",
    "uncaught over several lines": "def f(*a): return a\nl = [1]\ndef g():\n    return f(\n        l,\n        l[\n            3\n        ],\n    )\ng()\n",
    "uncaught assertion": "l = []\ndef f():\n    assert l, 'empty'\nf()\n",
}

NEWER = {
    (3, 12): {
        "type parameters": "class C[T]:\n    x: T\n    def f[U](self, a: U) -> T: return a\ntype A[T] = list[T]\nprint(C().f(1), C.__type_params__, A)\n",
        "nested f-strings": "x = ['a']\ndef f(): return x\nprint(f'{f\"{x[0]}\"} {'\\n'.join(x)}')\n",
    },
}


class Meaning(unittest.TestCase):
    """`run` compares output, traceback and globals with the program as it is."""


def _add(name, source):
    method = "test_" + "".join(c if c.isalnum() else "_" for c in name)

    def test(self):
        for says_switches in (False, True):
            done = run(source, named=False, says_switches=says_switches)
            self.assertEqual(bool(done.error), "uncaught" in name)

    setattr(Meaning, method, test)


for _name, _source in PROGRAMS.items():
    _add(_name, _source)
for _version, _programs in NEWER.items():
    if sys.version_info >= _version:
        for _name, _source in _programs.items():
            _add(_name, _source)


class Errors(unittest.TestCase):
    def test_a_syntax_error_is_the_learners(self):
        from shims import rewrite

        with self.assertRaises(SyntaxError) as caught:
            rewrite.compile_program("x = 1\nif x\n    pass\n", "/work/program.py", 0)
        self.assertEqual((caught.exception.lineno, caught.exception.offset), (2, 5))

    def test_an_error_that_only_the_compiler_finds_is_the_learners_too(self):
        from shims import rewrite

        for text in ("return 1", "def f():\n    x = 1\n    global x", "break", "[x := 1 for x in y]", "nonlocal x", "await x"):
            with self.assertRaises(SyntaxError):
                rewrite.compile_program(text + "\n", "/work/program.py", 0)


if __name__ == "__main__":
    unittest.main()
