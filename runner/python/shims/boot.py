"""First Python code of the fork server: makes the shims importable and replaces the bottom-most
primitives before anything else binds them.

Runs with `python -I -S`: at this time neither `os` nor `threading` are imported.
"""

import sys

import _heddle
from _frozen_importlib import ModuleSpec

PACKAGE = "heddle_shims"


class ShimFinder:
    """Finds the shims among the sources that the extension carries."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == PACKAGE:
            return ModuleSpec(name, ShimFinder, is_package=True)
        package, _, short = name.rpartition(".")
        if package == PACKAGE and short in _heddle.SHIMS:
            return ModuleSpec(name, ShimFinder)
        return None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        short = module.__name__.rpartition(".")[2]
        if module.__name__ == PACKAGE:
            module.__path__ = []
            return
        source = _heddle.SHIMS[short]
        exec(compile(source, f"<heddle {short}>", "exec", dont_inherit=True), module.__dict__)


sys.meta_path.insert(0, ShimFinder)

from heddle_shims import at_fork, clocks, threads  # noqa: E402  (the finder comes first)

at_fork.replace()
threads.replace_bottom()
clocks.replace()

from heddle_shims import server  # noqa: E402  (imports threading, which must bind ours)

server.serve()
