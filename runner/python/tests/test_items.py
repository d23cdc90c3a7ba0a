"""Items, and whole containers."""

import unittest

from recording import accesses, run

START = "l = [1, 2, 3]\nd = {'k': 1}\ns = {1, 2}\ndef f(): return l, d, s\n# now\n"


class Items(unittest.TestCase):
    def test_items_of_a_list_are_variables(self):
        self.assertEqual(accesses(START + "l[0] = l[-1]\n"), ["R l[2]", "W l[0]"])

    def test_augmented_assignment_evaluates_object_and_key_once(self):
        source = START + (
            "def key():\n    print('key')\n    return 'k'\n"
            "def value():\n    print('value')\n    return d['k']\n"
            "d[key()] += value()\nprint(d)\n"
        )
        self.assertEqual(accesses(source), ["R d['k']", "R d['k']", "W d['k']", "R d"])

    def test_yield_on_the_right_works(self):
        source = START + "def g():\n    d['k'] += yield\ni = g()\nnext(i)\ntry: i.send(2)\nexcept StopIteration: print(d)\n"
        self.assertEqual(accesses(source), ["W i", "R d['k']", "W i", "W d['k']", "R d"])

    def test_a_new_key_changes_the_structure(self):
        self.assertEqual(accesses(START + "d['new'] = 1\nd['new'] = 2\ndel d['new']\n"), ["W d", "W d['new']", "W d"])

    def test_equal_keys_are_one_variable(self):
        found = accesses(START + "d[1] = 0\nd[True] = 1\nd[1.0] = 2\nprint(d[1])\n")
        self.assertEqual(found, ["W d", "W d[1]", "W d[1]", "R d[1]"])

    def test_keys_that_only_the_program_can_compare_stand_for_the_whole(self):
        source = START + "class K: pass\nk = K()\nd[k] = 1\nprint(d[k])\n"
        self.assertEqual(accesses(source), ["W d", "R d"])

    def test_slices_touch_the_whole(self):
        found = accesses(START + "print(l[1:])\nl[:1] = [7, 8]\ndel l[0:1]\nl[::2] = l[::2]\n")
        self.assertEqual(found, ["R l", "W l", "W l", "R l", "W l"])

    def test_items_out_of_range_raise_as_ever(self):
        done = run(START + "l[3]\n")
        self.assertIn("IndexError: list index out of range", done.error)

    def test_targets_of_every_kind_announce_their_store(self):
        source = START + (
            "import contextlib\ni = [0]\n"
            "def n():\n    i[0] += 1\n    return i[0] - 1\n"
            "def t():\n"
            "    l[n()], *l[n()] = 1, 2\n"
            "    for l[2] in (1, 2): pass\n"
            "    with contextlib.nullcontext(5) as d['k']: pass\n"
            "    d['k'] = l[0] = 1\n"
            "    l[0]: int = 4\n"
            "    del (d['k'], [l[0]])\n"
            "t()\nprint(l, d)\n"
        )
        found = [text for text in accesses(source) if text[0] == "W" and text != "W i[0]"]
        stores = "l[0] l[1] l[2] l[2] d['k'] d['k'] l[0] l[0] d l".split()
        self.assertEqual(found, [f"W {name}" for name in stores])

    def test_temporaries_leave_no_trace_in_namespaces(self):
        source = START + "def n(): return 0\nl[n()] = 5\nl[n()] += 1\nclass C:\n    l[n()] = 3\n    x = [0]\n    x[n()] += 1\n"
        run(source + "print(sorted(n for n in vars(C) if 'heddle' in n), l, C.x)\n")

    def test_default_dicts_insert_what_is_missing(self):
        source = "from collections import defaultdict\nd = defaultdict(list)\ndef f(): return d\n# now\nd['a'].append(1)\nd['a']\n"
        self.assertEqual(accesses(source), ["W d", "W d['a']", "R d['a']"])

    def test_subclasses_announce_storage_and_their_code_runs(self):
        source = (
            "class D(dict):\n    def __getitem__(self, k):\n        print('get', k)\n        return super().__getitem__(k)\n"
            "d = D(k=1)\ndef f(): return d\n# now\nprint(d['k'])\nd['k'] = 2\n"
        )
        self.assertEqual(run(source).accesses, ["R d['k']", "W d['k']"])

    def test_strings_tuples_and_generic_aliases_are_no_storage(self):
        source = "from typing import List\nt = (1, 2)\ndef f(): return t\n# now\nprint('abc'[1], t[0], t[1:], List[int], list[int])\n"
        self.assertEqual(accesses(source), [])

    def test_bytearrays_deques_and_arrays_are_containers(self):
        source = (
            "from collections import deque\nfrom array import array\n"
            "b, q, a = bytearray(b'xy'), deque([1, 2]), array('i', [1, 2])\ndef f(): return b, q, a\n# now\n"
            "b[0] = 1\nq[-1] += 1\na[0] = 5\nq.append(1)\nb.extend(b'z')\nprint(len(a), q.popleft())\n"
        )
        expected = ["W b[0]", "R q[1]", "W q[1]", "W a[0]", "W q", "W b", "R a", "W q"]
        self.assertEqual(accesses(source), expected)


class Wholes(unittest.TestCase):
    def test_truth_length_and_membership(self):
        source = START + (
            "if l: pass\nprint(not l, len(l), bool(d), 1 in l, 'k' in d, 'no' in d, 2 in s)\n"
            "print(l and 1, 1 if s else 2)\nassert l\nprint([x for x in (1,) if l])\n"
        )
        expected = "l l l d l d['k'] d['no'] s l s l l".split()
        self.assertEqual(accesses(source), [f"R {name}" for name in expected])

    def test_while_reads_again_each_time(self):
        self.assertEqual(accesses(START + "while l: l.pop()\n"), ["R l", "W l"] * 3 + ["R l"])

    def test_every_step_of_an_iteration_reads(self):
        self.assertEqual(accesses(START + "for x in l: pass\n"), ["R l"] * 4)
        self.assertEqual(accesses(START + "print([x for x in d], {x for x in s})\n"), ["R d"] * 2 + ["R s"] * 3)
        self.assertEqual(accesses(START + "for k, v in d.items(): print(k, v)\n"), ["R d"] * 2)
        self.assertEqual(accesses(START + "for i, x in enumerate(l): pass\n"), ["R l"] * 4)
        self.assertEqual(accesses(START + "def g():\n    yield from l\nprint(list(g()))\n"), ["R l"] * 4)
        self.assertEqual(accesses(START + "for x in reversed(l): pass\n"), ["R l"] * 5)

    def test_a_list_may_grow_while_it_is_iterated_over(self):
        run(START + "for x in l:\n    if x < 6: l.append(x + 3)\nprint(l)\n")

    def test_a_dict_that_changes_while_it_is_iterated_over_raises_as_ever(self):
        done = run(START + "for k in d: d[k + '1'] = 1\n")
        self.assertIn("RuntimeError: dictionary changed size during iteration", done.error)

    def test_iter_and_next(self):
        self.assertEqual(accesses(START + "i = iter(l)\nprint(next(i), next(i, 0), type(i).__name__)\n"), ["W i", "R l", "W i", "R l"])

    def test_unpacking_starring_and_merging(self):
        source = START + "a, *b = l\nprint(*l)\nprint([*l, 0], {**d}, dict(**d))\nx, (y, z) = 1, l[:2]\n"
        self.assertEqual(accesses(source), ["R l", "R l", "R l", "R d", "R d", "R l", "R list"])

    def test_comparison_and_operators(self):
        source = START + "m = [1]\ndef g(): return m\nprint(l == m, l != m, l < m)\nprint(l + m, l * 2, s | {3}, d == {})\n"
        self.assertEqual(accesses(source), ["R l", "R m"] * 4 + ["R l", "R s", "R d"])

    def test_operators_in_place_write(self):
        source = START + "def g(x, y):\n    x += [5]\n    x *= 2\n    y |= {9}\ng(l, s)\nprint(l, s)\n"
        self.assertEqual(accesses(source), ["W l", "W l", "W s", "R l", "R s"])

    def test_operators_in_place_rebind_a_shared_name_too(self):
        source = "l = [1]\ndef f():\n    global l\n    l += [2]\n# now\nf()\n"
        # The name is read, the list is written, the name is bound.
        self.assertEqual(run(source).accesses, ["W l", "R l", "W l", "W l"])

    def test_built_in_functions_read(self):
        source = START + "print(sum(l), min(l), max(l), sorted(l), list(s), tuple(l), any(l), all(l))\nprint(str(l), repr(d), f'{l}{d!r}')\n"
        self.assertEqual(accesses(source), [f"R {n}" for n in "l l l l s l l l l d l d".split()])

    def test_printing_reads_what_is_inside(self):
        source = "l = [[1], {'a': [2]}]\ndef f(): return l\n# now\nprint(l)\n"
        self.assertEqual(accesses(source), ["R l", "R l[0]", "R l[1]", "R l[1]['a']"])

    def test_match_reads_its_subject(self):
        source = START + "match l:\n    case [a, *_]: print(a)\nmatch d:\n    case {'k': v}: print(v)\n"
        self.assertEqual(accesses(source), ["R l", "R d"])


class Private(unittest.TestCase):
    def test_containers_that_never_leave_their_function_need_no_point(self):
        source = (
            "def f():\n    seen = []\n    for i in range(2):\n        seen.append(i)\n"
            "    seen[0] += 1\n    if seen: print(len(seen), sorted(seen))\n    return sum(x for x in seen)\nprint(f())\n"
        )
        self.assertEqual(run(source).accesses, [])

    def test_the_list_of_threads_is_private(self):
        source = (
            "import threading\ndef work(): pass\n"
            "threads = [threading.Thread(target=work) for _ in range(2)]\n"
            "for t in threads: t.start()\nfor t in threads: t.join()\n"
        )
        self.assertEqual(run(source).accesses, [])

    def test_a_function_of_the_program_makes_nothing_private(self):
        source = "l = [1]\ndef list(): return l\ndef f():\n    mine = list()\n    mine.append(2)\n# now\nf()\n"
        self.assertEqual(run(source).accesses, ["W l"])
        source = "from collections import deque\ndef f():\n    mine = deque()\n    mine.append(2)\nf()\n"
        self.assertEqual(run(source).accesses, [])

    def test_one_that_is_handed_on_is_not(self):
        for use in ("return seen", "return [seen]", "g(seen)", "other = seen\n    other", "return lambda: seen", "global x\n    x = seen"):
            source = f"def g(x): return x\ndef f():\n    seen = []\n    seen.append(1)\n    {use}\nf()\n"
            self.assertIn("W", " ".join(run(source).accesses), use)


if __name__ == "__main__":
    unittest.main()
