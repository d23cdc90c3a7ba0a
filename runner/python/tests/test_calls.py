"""Calls: methods of containers, functions that look into their arguments, code that is not seen."""

import unittest

from recording import accesses, run

START = "l = [3, 1]\nd = {'k': 1}\ns = {1}\ndef f(): return l, d, s\n# now\n"


class Methods(unittest.TestCase):
    def test_the_point_comes_after_the_arguments(self):
        source = START + "def g():\n    print('g')\n    return l[0]\nl.append(g())\n"
        self.assertEqual(accesses(source), ["R l[0]", "W l"])

    def test_methods_of_lists_read_or_write(self):
        found = accesses(START + "l.append(1); l.sort(); l.count(1); l.index(3); l.pop(); l.copy(); l.extend(d); l.clear()\n")
        self.assertEqual(found, ["W l", "W l", "R l", "R l", "W l", "R l", "R d", "W l", "W l"])

    def test_methods_of_dicts_touch_an_item_where_they_can(self):
        source = START + "d.get('k'); d.get('no'); d.setdefault('k', 2); d.setdefault('new', 2); d.pop('new'); d.pop('no', 0); d.update(a=1)\n"
        found = ["R d['k']", "R d['no']", "R d['k']", "W d", "W d", "R d['no']", "W d"]
        self.assertEqual(accesses(source), found)

    def test_methods_of_sets(self):
        source = START + "s.add(2); s.discard(9); s.union([1]); s.update(l)\n"
        self.assertEqual(accesses(source), ["W s", "W s", "R s", "R l", "W s"])

    def test_views_are_no_access_until_they_are_used(self):
        self.assertEqual(accesses(START + "v = d.items()\ndef g(): return v\nprint(len(g()), list(v))\n"), ["R d", "R d"])

    def test_errors_have_no_frames_of_ours(self):
        done = run(START + "def g():\n    l.remove(77)\ng()\n")
        self.assertEqual(done.error.count("File "), 2)
        self.assertIn("ValueError: list.remove(x): x not in list", done.error)

    def test_methods_by_another_name(self):
        source = START + "push = l.append\ndef g(x): push(x)\ng(1)\nlist.append(l, 2)\nl.__setitem__(0, 9)\nl.__len__()\n"
        self.assertEqual(accesses(source), ["W l", "W l", "W l[0]", "R l"])

    def test_methods_of_the_program_keep_their_own_recursion(self):
        source = (
            "import sys\nclass N:\n    def walk(self, n): return 0 if n == 0 else 1 + self.walk(n - 1)\n"
            "print(N().walk(900))\n"
        )
        self.assertEqual(run(source).output, "900\n")

    def test_calling_what_cannot_be_called_raises_as_ever(self):
        for text in ("None()", "l()", "d.get.x", "x = 5\ndef g(): return x\nx(l)", "f(1)", "len()", "l.append()", "f(*5)"):
            self.assertTrue(run(START + text + "\n").error)


class Functions(unittest.TestCase):
    def test_library_functions_read_or_write_what_they_are_given(self):
        source = START + (
            "import heapq, random, json, copy, bisect\n"
            "heapq.heapify(l); heapq.heappush(l, 2); print(heapq.nsmallest(1, l)); random.shuffle(l)\n"
            "json.dumps(d); copy.copy(d); l.sort(); bisect.insort(l, 2); bisect.bisect(l, 1)\n"
        )
        expected = ["W l", "W l", "R l", "W l", "R d", "R d", "W l", "W l", "R l"]
        self.assertEqual(accesses(source), expected)

    def test_imported_names_are_known_too(self):
        source = START + "from heapq import heappop as take\nprint(take(l))\n"
        self.assertEqual(accesses(source), ["W l"])

    def test_unknown_code_writes_everything_it_is_given(self):
        source = START + "import pty\npty.slave_open = None\nfrom ast import walk\nwalk(l)\nimport ast\nast.dump.__wrapped__ = 0\n"
        self.assertEqual([x for x in accesses(source) if x.endswith(" l")], ["W l"])

    def test_what_is_handed_over_to_primitives_is_not_looked_into(self):
        source = START + (
            "import queue, threading\nq = queue.Queue()\nq.put(l)\nprint(q.get() is l)\n"
            "t = threading.Thread(target=print, args=(l,))\nt.start(); t.join()\n"
        )
        self.assertEqual(accesses(source), [])

    def test_the_programs_own_functions_announce_for_themselves(self):
        source = START + "def g(x): return len(x)\nh = g\ndef k(): return h\nprint(g(l), h(l), (lambda x: x)(l) is l)\n"
        self.assertEqual(accesses(source), ["R l", "R l"])

    def test_frame_functions_see_the_programs_frame(self):
        source = (
            "x = 1\ndef f(y):\n    z = 2\n    return sorted(n for n in locals())\nprint(f(0))\n"
            "print(eval('x + 1'), 'x' in globals(), 'x' in vars())\n"
            "import sys\ndef g(): return sys._getframe(1).f_code.co_name\ndef h(): return g()\nprint(h())\n"
        )
        self.assertTrue(run(source).blind_spots)

    def test_partial_and_map_and_filter(self):
        source = START + (
            "from functools import partial\np = partial(l.append, 5)\ndef g(): return p\np()\n"
            "print(list(map(str, l)), list(filter(None, l)), list(zip(l, l)))\n"
        )
        self.assertEqual(accesses(source)[0], "W l")
        self.assertEqual(accesses(source).count("R l"), 4 + 4 + 7)


class BlindSpots(unittest.TestCase):
    def test_what_cannot_be_seen_is_listed_with_its_line(self):
        for text, word in (
            ("exec('x = 1')", "exec"),
            ("eval('1')", "eval"),
            ("globals()['x'] = 1", "globals"),
            ("class C: pass\nprint(vars(C()))", "vars"),
            ("class C: pass\nC().__dict__['x'] = 1", "__dict__"),
            ("import ctypes", "ctypes"),
            ("import random", "random"),
        ):
            spots = run(text + "\n").blind_spots
            self.assertTrue(any(word in why for _, why in spots), text)

    def test_an_ordinary_program_has_none(self):
        self.assertEqual(run("import threading, queue\nx = [1]\nprint(len(x))\n").blind_spots, [])


if __name__ == "__main__":
    unittest.main()
