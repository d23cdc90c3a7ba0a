"""Runs one file of CPython's `test` package, as it is or rewritten, and prints each test's outcome.

`switches`: rewritten so that it also says where an interpreter with a GIL can switch. With the extension
in `HEDDLE_EXTENSION` it says so to that, else to nobody.
"""

import builtins
import importlib.util
import io
import json
import os
import sys
import unittest

PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


class Detached:
    """An agent that is alone and looks at nothing."""

    @staticmethod
    def access(write, base, key, site):
        """Announces to nobody."""

    @staticmethod
    def alone():
        return False

    @staticmethod
    def uncontrolled(what):
        """Reports to nobody."""


def agent(mode):
    """What rewritten code speaks to."""
    if mode == "rewritten":
        return Detached
    import detached

    return type("DetachedWithSwitches", (Detached, detached.switches()), {})


# Tests that cannot be run side by side, with the reason.
LEFT_OUT = {
    # Sets a recursion limit a few frames above its own depth: the helpers need some of them.
    "test.test_exceptions.ExceptionTests.test_recursion_in_except_handler",
}


def load(name, mode):
    """The module of a test file."""
    spec = importlib.util.find_spec(f"test.{name}")
    if spec.submodule_search_locations:
        raise SystemExit(f"{name} is a package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with open(spec.origin, "rb") as file:
        source = importlib.util.decode_source(file.read())
    if mode != "plain":
        sys.path.insert(0, PACKAGE)
        from shims import access, rewrite

        access.install(builtins, agent(mode))
        code, _, blind = rewrite.compile_program(
            source, spec.origin, 0, spec.name, says_switches=mode == "switches"
        )
        failed = [why for _, why in blind if "could not be watched" in why]
        if failed:
            raise SystemExit(failed[0])
        sys.path.pop(0)
    else:
        code = compile(source, spec.origin, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    return module


def _words(error):
    try:
        return str(error)[:300]
    except RecursionError:
        return "?"


class Outcomes(unittest.TestResult):
    """Remembers how every test ended."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def _note(self, test, outcome):
        self.found[test.id()] = outcome

    def addSuccess(self, test):
        self._note(test, "ok")

    def addSkip(self, test, reason):
        self._note(test, "skipped")

    def addFailure(self, test, err):
        self._note(test, f"failed: {_words(err[1])}")

    def addError(self, test, err):
        self._note(test, f"error: {type(err[1]).__name__}: {_words(err[1])}")

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.found[subtest.id()] = f"failed: {_words(err[1])}"

    addExpectedFailure = addError

    def addUnexpectedSuccess(self, test):
        self._note(test, "unexpected success")


def _flat(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from _flat(part)
        else:
            yield part


def main():
    name, mode = sys.argv[1:]
    sys.argv = [name]
    module = load(name, mode)
    suite = unittest.TestSuite(
        test
        for test in _flat(unittest.defaultTestLoader.loadTestsFromModule(module))
        if test.id() not in LEFT_OUT
    )
    outcomes, real = Outcomes(), sys.stdout
    sys.stdout = io.StringIO()
    try:
        suite.run(outcomes)
    finally:
        sys.stdout = real
    short = {key: value.partition(":")[0] for key, value in outcomes.found.items()}
    if os.environ.get("HEDDLE_ORACLE_WHY"):
        for key, value in outcomes.found.items():
            if value not in ("ok", "skipped"):
                print(key, value, file=sys.stderr)
    print()
    print(json.dumps(short))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
