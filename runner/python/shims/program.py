"""The learner's program: compiled once in the fork server, run once in each execution."""

import atexit
import builtins
import gc
import os
import sys
import threading
import types

import _heddle

from . import access, caches, channels, doors, memory, naming, primitives, processes, rewrite
from . import rounds, snapshot, soundness, spawning, storage, survey

# Where the learner's files are inside the jail.
FOLDER = "/program/"

_CONTROLLED = 2  # `stage::Mode`

_texts = {}
_codes = {}
_plain = {}
_with_switches = {}
_numbers = {}
_origins = {}

# What it takes to compile each module for granularity `gil`, until that is done.
_files = {}

# (file, line, why) of what may touch shared storage unseen: nothing can be proved with it.
blind_spots = []

# What follows the program's name in `sys.argv`.
arguments = []

# The package that the main file belongs to, if it was started as a module.
_package = None

# What has to be put back for another execution in the same process; `None`: it takes a fork.
baseline = None


class NotCompiled(Exception):
    """The program has an error that its compiler finds."""

    def __init__(self, error, file):
        self.kind = type(error).__name__
        self.message = getattr(error, "msg", None) or str(error)
        self.file = file
        self.line = getattr(error, "lineno", None) or 0
        self.column = getattr(error, "offset", None) or 0


def short_name(filename):
    """The learner's name of a file of the program; None for other files."""
    return filename[len(FOLDER):] if filename in _texts else None


def number_of(filename):
    """The number of a file of the program; None for other files."""
    return _numbers.get(filename)


def line_of(filename, number):
    """One line of a file of the program."""
    lines = _texts[filename].splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def module_name(name):
    """What a file is imported as: `pkg/tool.py` as `pkg.tool`, `pkg/__init__.py` as `pkg`."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def load(files, package=""):
    """Compiles the program, a list of (name, text). The first one is `__main__`; `package` is not
    empty when it is started as a module of that package."""
    import ast

    global _package, baseline
    _package, baseline = package or None, None
    for known in (blind_spots, _texts, _numbers, _plain, _codes, _origins):
        known.clear()
    storage.forget_program()

    trees = {}
    for number, (name, text) in enumerate(files):
        filename = sys.intern(FOLDER + name)
        _texts[filename] = text
        _numbers[filename] = number
        if name.endswith(".py"):
            try:
                trees[number] = ast.parse(text, filename)
            except _REFUSED as error:
                raise NotCompiled(error, number) from None
    whole = survey.Program(list(trees.values()))
    modules = [module_name(name) for name, _ in files[1:]]
    modules += {name.partition(".")[0] for name in modules}.difference(modules)
    for number in trees:
        name, text = files[number]
        module = "__main__" if number == 0 else module_name(name)
        try:
            _compile(module, sys.intern(FOLDER + name), number, text, whole, modules)
            _files[module] = (number, text, whole, modules)
        except _REFUSED as error:
            raise NotCompiled(error, number) from None
    for tree in trees.values():
        _import_ahead(tree)
    caches.is_watched = any(map(caches.looks_at_tables, trees.values()))
    primitives.is_order_watched = any(map(survey.watches_futures, trees.values()))
    modules = {"__main__", *modules}
    if soundness.are_sound(trees.values(), modules):
        baseline = rounds.Baseline(modules, soundness.imports(trees.values()))
    _make_deterministic()


def compile_switches():
    """Compiles the program for granularity `gil`, when that is asked for the first time."""
    for module, (number, text, whole, modules) in _files.items():
        first_site = _heddle.add_sites(number, [])
        code, sites, _ = rewrite.compile_program(
            text, _origins[module], number, module, first_site, whole, modules,
            says_switches=True,
        )
        _heddle.add_sites(number, [line for line, _ in sites])
        _heddle.add_file(code.co_filename, number)
        _with_switches[module] = code
    _files.clear()


def _make_deterministic():
    """For controlled executions; a free run collects garbage, and its fork seeds the generator."""
    gc.collect()
    gc.freeze()
    gc.disable()
    if "random" in sys.modules:
        sys.modules["random"].seed(0)


_REFUSED = (SyntaxError, ValueError, RecursionError, MemoryError)


def _compile(module, filename, number, text, whole, modules):
    plain = compile(text, filename, "exec", dont_inherit=True)
    first_site = _heddle.add_sites(number, [])
    code, sites, blind = rewrite.compile_program(
        text, filename, number, module, first_site, whole, modules
    )
    _heddle.add_sites(number, [line for line, _ in sites])
    blind_spots.extend((number, line, why) for line, why in blind)
    for compiled in (plain, code):
        _heddle.add_file(compiled.co_filename, number)
    _plain[module], _codes[module] = plain, code
    _origins[module] = filename


# What a program may import before it is forked: modules without state that an execution could
# change, and the ones that Heddle controls.
_STATELESS = {
    "collections", "concurrent", "contextlib", "dataclasses", "enum", "functools", "heapq",
    "itertools", "math", "multiprocessing", "operator", "os", "queue", "random", "re", "string",
    "sys", "threading", "time", "types", "typing",
}


def _import_ahead(tree):
    import ast

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            wanted = [node.module]
            wanted += [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in wanted:
            if module.partition(".")[0] in _STATELESS:
                _try_import(module)
    if "multiprocessing" in sys.modules:
        # What its first use would import in every execution.
        for module in (
            "popen_fork", "synchronize", "sharedctypes", "heap", "util", "queues", "resource_tracker",
        ):
            _try_import("multiprocessing." + module)
    if "concurrent.futures" in sys.modules:
        _try_import("concurrent.futures.thread")


def _try_import(module):
    try:
        __import__(module)
    except ImportError:
        pass  # The program will see it itself, where it imports it.


class LearnerFinder:
    """Imports of the program's other files."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in _codes and name != "__main__":
            from importlib.machinery import ModuleSpec

            origin = _origins[name]
            is_package = origin.endswith("/__init__.py")
            return ModuleSpec(name, LearnerFinder, origin=origin, is_package=is_package)
        if any(module.startswith(name + ".") for module in _codes):
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, None, is_package=True)  # A folder without `__init__.py`.
        return None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        module.__file__ = _origins[module.__name__]
        exec(_chosen()[module.__name__], module.__dict__)


def _chosen():
    if _heddle.mode() != 2:
        return _plain
    return _with_switches if _heddle.is_gil_wanted() else _codes


def run(bell):
    """Runs the program in this fresh fork, as the first process of an execution; then again, as
    often as the supervisor asks for it over the stage and the program allows it. The end of a round
    is told over the eventfd `bell`. Does not return."""
    if _heddle.attach() == 1:
        gc.enable()
    else:
        doors.watch()
    code = _execute()
    while baseline is not None and _heddle.may_go_again() and baseline.is_clean():
        ended = _heddle.end_round(code, bell)
        baseline.restore()
        _heddle.next_round(ended)
        code = _execute()
    processes.end_process(code)


def _execute():
    """One execution; returns the exit code."""
    streams.install()
    errors.install()
    main = _new_main("__main__")
    sys.argv = [main.__file__, *arguments]
    sys.path[:0] = [FOLDER]
    snapshot_facts["globals"] = main.__dict__
    code = 0
    try:
        if _package:
            main.__package__ = _package
            __import__(_package)
        _heddle.watch_calls()
        exec(_chosen()["__main__"], main.__dict__)
    except SystemExit as error:
        code = _exit_code(error.code)
    except BaseException as error:
        errors.report(error)
        code = 1
    _finalise()
    sys.setprofile(None)
    return code


def _new_main(name):
    main = types.ModuleType(name)
    main.__file__ = _origins["__main__"]
    main.__builtins__ = builtins
    sys.modules["__main__"] = sys.modules[name] = main
    return main


def import_main_anew(name):
    """Runs the main module again under another name, as a spawned child does."""
    main = _new_main(name)
    snapshot_facts["globals"] = main.__dict__
    _heddle.watch_calls()
    exec(_chosen()["__main__"], main.__dict__)


def _exit_code(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stderr.write(str(code) + "\n")
    return 1


def _finalise():
    """What Python does when the main thread has run its code."""
    try:
        primitives.join_all()
        _heddle.fold()
        threading._shutdown()
        _heddle.unfold()
        atexit._run_exitfuncs()
    except BaseException as error:
        errors.report(error)


snapshot_facts = {"globals": {}}


def describe(tasks):
    """The state of this process, for the supervisor: `tasks` are task numbers by thread ident."""
    frames = {
        tasks[ident]: frame
        for ident, frame in sys._current_frames().items()
        if ident in tasks
    }
    return snapshot.snapshot(frames, _numbers, snapshot_facts["globals"])


def prepare():
    """Connects the parts. Once, in the fork server, before anything is loaded.

    What an execution needs is imported here, so that no fork compiles it again.
    """
    global errors, streams  # They need this module.
    from . import errors, streams

    primitives.wrap()
    processes.replace()
    channels.replace()
    access.install(builtins, _heddle)
    caches.install(lambda: _heddle.wanted_mode() == _CONTROLLED, _heddle.enter, _heddle.leave)
    _heddle.set_namers(naming.name_object, naming.name_variable)
    os.register_at_fork(after_in_child=naming.forget)
    _heddle.set_snapshot(describe)
    sys.meta_path.insert(0, LearnerFinder)
    sys.meta_path.insert(0, WrappingFinder)


class WrappingFinder:
    """Wraps modules of the standard library as soon as they have been imported."""

    wrappers = {
        "concurrent.futures._base": primitives.wrap_futures,
        "concurrent.futures.thread": primitives.wrap_thread_pool,
        "multiprocessing.process": processes.wrap_process,
        "multiprocessing.synchronize": processes.wrap_synchronize,
        "multiprocessing.connection": channels.wrap_connection,
        "socket": channels.wrap_socket,
        "multiprocessing.resource_tracker": memory.silence_tracker,
        "multiprocessing.shared_memory": memory.wrap_shared_memory,
        "multiprocessing.popen_forkserver": spawning.wrap_popen,
        "multiprocessing.popen_spawn_posix": spawning.wrap_popen,
        "multiprocessing.spawn": spawning.wrap_spawn,
        "multiprocessing.sharedctypes": memory.wrap_sharedctypes,
    }

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        wrap = cls.wrappers.get(name)
        if wrap is None:
            return None
        for finder in sys.meta_path:
            if finder is cls:
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                execute = spec.loader.exec_module

                def exec_module(module):
                    execute(module)
                    wrap(module)

                spec.loader.exec_module = exec_module
                return spec
        return None
