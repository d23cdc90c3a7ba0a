"""Other tasks go while an access is announced: what was announced must hold when it is done."""

import builtins
import unittest

from recording import FILE, Recorder, execute

from shims import access, rewrite, storage


class Meddler(Recorder):
    """At the nth announcement, another task does something that is itself a write."""

    def __init__(self, at, deed):
        super().__init__(alone=True)
        self.at, self.deed = at, deed

    def access(self, write, base, key, site):
        super().access(write, base, key, site)
        if len(self.log) == self.at:
            self.deed(base)
            access.written += 1


def announced(source, at, deed):
    recorder = Meddler(at, deed)
    access.reset()
    storage.forget()
    storage.class_stores.clear()
    storage.foreseen = True
    access.install(builtins, recorder)
    code, _, _ = rewrite.compile_program(source, FILE, 0)
    output, error, _ = execute(code)
    assert not error, error
    return [f"{kind} {name}" for kind, name, _, _ in recorder.log], output


START = "l = [1, 2]\nd = {'k': 1}\nm = [5]\nclass C:\n    n = 0\nc = C()\ndef f():\n    C.n = 1\n    c.n = 2\n    return l, d, m\n"


class Interference(unittest.TestCase):
    def test_a_write_that_changes_nothing_here_needs_no_second_point(self):
        self.assertEqual(announced(START + "d['k'] = 2\n", 1, lambda d: None)[0], ["W d['k']"])
        self.assertEqual(announced(START + "print(l[0])\n", 1, lambda l: None)[0], ["R l[0]"])

    def test_a_store_into_a_removed_item_is_a_change_of_structure(self):
        found, _ = announced(START + "d['k'] = 2\n", 1, lambda d: d.clear())
        self.assertEqual(found, ["W d['k']", "W d"])

    def test_an_insertion_that_another_task_did_first_is_a_store(self):
        found, _ = announced(START + "d['new'] = 2\n", 1, lambda d: d.update(new=1))
        self.assertEqual(found, ["W d", "W d['new']"])

    def test_an_index_from_the_end_means_what_is_there_now(self):
        found, output = announced(START + "print(l[-1])\n", 1, lambda l: l.append(9))
        self.assertEqual((found, output), (["R l[1]", "R l[2]"], "9\n"))

    def test_two_containers_are_announced_until_nobody_wrote_in_between(self):
        self.assertEqual(announced(START + "print(l + m)\n", 9, None)[0], ["R l", "R m"])
        found, _ = announced(START + "print(l + m)\n", 2, lambda m: m.append(6))
        self.assertEqual(found, ["R l", "R m", "R l", "R m"])

    def test_an_instance_may_get_a_value_of_its_own_before_the_class_is_read(self):
        found, output = announced(START + "print(c.n)\n", 1, lambda c: setattr(c, "n", 7))
        self.assertEqual((found, output), (["R c.n", "R C.n", "R c.n"], "7\n"))


if __name__ == "__main__":
    unittest.main()
