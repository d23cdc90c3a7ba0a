"""Runs a program as it is and rewritten: same output, and the accesses it announced."""

import builtins
import contextlib
import io
import os
import sys
import traceback
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import detached  # noqa: E402
from shims import access, naming, rewrite, storage  # noqa: E402

FILE = "/work/program.py"


class Recorder:
    """Stands where the native agent stands, and writes down what it is told."""

    def __init__(self, alone=False, named=True):
        self.log, self.is_alone, self.is_named = [], alone, named
        self.reports = []
        # Names are remembered by address, so that their owners have to stay alive.
        self.owners = []

    def access(self, write, base, key, site):
        if self.is_named:
            self.owners.append(base)
        file, line, text = naming.site(site)
        # Looking for names in frames makes these keep their variables: only where names matter.
        name = naming.name_variable(base, key, site) if self.is_named else text
        self.log.append(("W" if write else "R", name, line, text))

    def alone(self):
        return self.is_alone

    def uncontrolled(self, what):
        self.reports.append(what)


class SwitchRecorder(detached.switches(), Recorder):
    """It makes no difference to it where the interpreter can switch."""


class Run:
    """What a rewritten program did."""

    def __init__(self, output, error, recorder, blind_spots, namespace):
        self.output, self.error, self.blind_spots = output, error, blind_spots
        self.accesses = [f"{kind} {name}" for kind, name, _, _ in recorder.log]
        self.lines = [line for _, _, line, _ in recorder.log]
        self.texts = [text for _, _, _, text in recorder.log]
        self.namespace, self.reports = namespace, recorder.reports


def execute(code):
    """Runs code as the main module; gives (output, traceback, globals)."""
    module = types.ModuleType("__main__")
    module.__file__ = FILE
    module.__builtins__ = builtins
    outer, output, error = sys.modules["__main__"], io.StringIO(), ""
    sys.modules["__main__"] = module
    try:
        with contextlib.redirect_stdout(output):
            exec(code, module.__dict__)
    except BaseException as raised:
        # Without the frame of `exec` above.
        raised.__traceback__ = raised.__traceback__ and raised.__traceback__.tb_next
        error = "".join(traceback.format_exception(raised))
    finally:
        sys.modules["__main__"] = outer
    return output.getvalue(), error, module.__dict__


def run(source, alone=True, named=True, says_switches=False):
    """Runs a program both ways; the outputs and tracebacks must be the same. `says_switches`: rewritten so
    that it also says where an interpreter with a GIL can switch."""
    import linecache

    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
    plain = execute(compile(source, FILE, "exec", dont_inherit=True))
    recorder = (SwitchRecorder if says_switches else Recorder)(alone, named)
    access.reset()
    naming.forget()
    storage.forget()
    storage.class_stores.clear()
    storage.foreseen = True
    access.install(builtins, recorder)
    code, _, blind = rewrite.compile_program(source, FILE, 0, says_switches=says_switches)
    output, error, namespace = execute(code)
    assert output == plain[0], f"as it is:\n{plain[0]}\nrewritten:\n{output}\n{error}"
    assert error == plain[1], f"as it is:\n{plain[1]}\nrewritten:\n{error}"
    names = {name for name in namespace if name != "__builtins__"}
    expected = {name for name in plain[2] if name != "__builtins__"}
    assert names == expected, f"globals differ: {names ^ expected}"
    return Run(output, error, recorder, blind, namespace)


def accesses(source, after="# now\n", alone=True):
    """The accesses that the part of a program after the line `# now` announces."""
    head = source.partition(after)[0].count("\n") if after in source else 0
    done = run(source, alone)
    return [text for text, line in zip(done.accesses, done.lines) if line > head]
