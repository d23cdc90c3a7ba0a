"""An agent to which it makes no difference where the interpreter can switch: or the real one's half of
that, with the extension in `HEDDLE_EXTENSION`."""

import importlib.util
import os
import sys

NAMES = "after_call after_any_call after_definition can_switch each_round Rounds".split()


class _Rounds:
    """Stands in for the extension's."""

    def __init__(self, before_test):
        pass

    def begin(self):
        """Before the test."""

    def __call__(self, begun, test):
        return bool(test)


class _Switches:
    after_call = after_any_call = after_definition = staticmethod(lambda value: value)
    can_switch = staticmethod(lambda: None)
    each_round = staticmethod(iter)
    Rounds = _Rounds


def switches():
    """A class with what rewritten code calls where the interpreter can switch."""
    extension = os.environ.get("HEDDLE_EXTENSION")
    if not extension:
        return _Switches
    from importlib.machinery import ExtensionFileLoader

    loader = ExtensionFileLoader("_heddle", extension)
    spec = importlib.util.spec_from_file_location("_heddle", extension, loader=loader)
    heddle = importlib.util.module_from_spec(spec)
    loader.exec_module(heddle)
    sys.modules["_heddle"] = heddle
    return type("Switches", (), {name: staticmethod(getattr(heddle, name)) for name in NAMES})
