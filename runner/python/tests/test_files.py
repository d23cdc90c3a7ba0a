"""Programs of several files."""

import builtins
import sys
import types
import unittest

from recording import FILE, Recorder, execute

from shims import access, rewrite, storage


def run_files(main, **others):
    """The accesses that a program announces whose other files are modules of these names."""
    recorder = Recorder(alone=True)
    access.reset()
    storage.forget()
    access.install(builtins, recorder)
    program = rewrite.read_program([main, *others.values()])
    modules, site = {}, 0
    for number, (name, source) in enumerate(others.items(), 1):
        module = modules[name] = types.ModuleType(name)
        module.__file__ = f"/work/{name}.py"
        code, sites, _ = rewrite.compile_program(
            source, module.__file__, number, name, site, program, tuple(others)
        )
        site += len(sites)
        sys.modules[name] = module
        exec(code, module.__dict__)
    code, _, blind = rewrite.compile_program(main, FILE, 0, "__main__", site, program, tuple(others))
    del recorder.log[:]
    _, error, _ = execute(code)
    for name in others:
        del sys.modules[name]
    assert not error, error
    return [f"{kind} {name}" for kind, name, _, _ in recorder.log], blind


COUNTER = "count = 0\nLIMIT = 3\ndef up(step=1):\n    global count\n    count += step\n"


class Files(unittest.TestCase):
    def test_a_global_of_another_file_is_one_variable(self):
        found, blind = run_files("import counter\ncounter.up()\nprint(counter.count, counter.LIMIT)\n", counter=COUNTER)
        self.assertEqual(found, ["R counter.count", "W counter.count", "R counter.count"])
        self.assertEqual(blind, [])

    def test_a_global_may_be_stored_from_outside(self):
        main = "import counter\ncounter.count = 5\ncounter.up()\ncounter.LIMIT = 4\n"
        found, _ = run_files(main, counter=COUNTER)
        self.assertEqual(found[:3], ["W counter.count", "R counter.count", "W counter.count"])
        self.assertEqual(found[3:], ["W counter.LIMIT"])
        reader = COUNTER + "def limit(): return LIMIT\n"
        found, _ = run_files("import counter\ncounter.LIMIT = 4\ncounter.limit()\n", counter=reader)
        self.assertEqual(found, ["W counter.LIMIT", "R counter.LIMIT"])

    def test_an_attribute_that_another_file_stores_is_shared(self):
        shapes = "class Box:\n    def __init__(self): self.size = 1\ndef look(box): return box.size\n"
        found, _ = run_files("import shapes\nb = shapes.Box()\nb.size = 2\nshapes.look(b)\n", shapes=shapes)
        self.assertEqual(found, ["W b.size", "R b.size"])

    def test_containers_go_to_functions_of_other_files_unannounced(self):
        found, _ = run_files("import work\nl = [1]\ndef f(): return l\nwork.length(l)\n", work="def length(x): return len(x)\n")
        self.assertEqual(found, ["R l"])

    def test_modules_that_are_neither_the_programs_nor_the_librarys_are_blind_spots(self):
        blind = rewrite.compile_program("import numpy\n", FILE, 0)[2]
        self.assertEqual(blind, [(1, "the module numpy is not watched")])


if __name__ == "__main__":
    unittest.main()
