"""Runs CPython's own language tests rewritten, with no agent attached, against the same tests as they are.

    python language_oracle.py [--switches] [name …]        a table; exit code 1 when a test differs

Each file of the standard library's `test` package runs twice in processes of its own, once compiled
as usual and once rewritten (with `--switches` so that it also says where an interpreter with a GIL can
switch). The outcome of every single test must be the same.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
RUNNER = os.path.join(HERE, "run_language_test.py")

FAST = (
    "test_augassign test_unpack_ex test_with test_patma test_scope test_class test_super "
    "test_named_expressions test_listcomps test_compare test_contains test_grammar test_generators"
).split()
SLOW = (
    "test_unpack test_dictcomps test_setcomps test_genexps test_bool test_opcodes test_property "
    "test_decorators test_slice test_binop test_unary test_iter test_pow test_raise test_int_literal test_coroutines test_asyncgen test_contextlib test_contextlib_async "
    "test_dict test_list test_set test_tuple test_deque test_userdict test_userlist test_fstring "
    "test_exceptions test_except_star test_descr test_dataclasses test_enum test_dynamicclassattribute "
    "test_keywordonlyarg test_positional_only_arg test_extcall test_funcattrs test_metaclass "
    "test_subclassinit test_typing test_collections test_functools test_heapq test_bisect "
    "test_operator test_itertools test_sort test_string test_bytes test_array test_memoryview "
    "test_weakref test_copy test_pickle test_threading_local test_global test_defaultdict "
    "test_ordereddict test_abc test_baseexception test_isinstance test_range test_enumerate "
    "test_yield_from test_type_params test_type_aliases test_builtin test_iterlen test_dictviews "
    "test_call test_complex test_fractions test_statistics test_types test_future "
    "test_pep646_syntax test_string_literals test_traceback test_inspect"
).split()


DIED = "the whole file"

# Tests that look at what rewriting cannot hide, with the reason. They may differ.
KNOWN = {
    # Keys of a namespace with an `__eq__` that changes the class under the look-up that calls it.
    "test.test_descr.ClassPropertiesAndMethods.test_vicious_descriptor_nonsense",
    "test.test_descr.MiscTests.test_type_lookup_mro_reference",
    # Classes that were looked at are remembered, and so live on.
    "test.test_weakref.ReferencesTestCase.test_callback_in_cycle_resurrection",
    # A function made of a code object and bare globals inherits the built-in names of the helper that
    # makes the call: a copy of the real ones.
    "test.test_funcattrs.FunctionPropertiesTest.test___builtins__",
    # `f(*args) is args` of a C function: the call gets a tuple of its own.
    "test.test_call.TestPEP590.test_vectorcall_override",
    # A library function that looks at its caller's frame, called through a variable.
    "test.test_traceback.TestStack.test_custom_format_frame",
}

# The same for programs that also say where the interpreter can switch.
KNOWN_WITH_SWITCHES = {
    # An exception that C has set without making it, and that cannot be made.
    "test.test_exceptions.ExceptionTests.testSettingException",
    # The line on which a frame is, looked at after it was left through a `with`.
    "test.test_exceptions.PEP626Tests.test_lineno_after_with",
}


def exists(name):
    """Whether this interpreter comes with a test of this name."""
    import importlib.util

    try:
        return importlib.util.find_spec(f"test.{name}") is not None
    except ImportError:
        return False


def outcomes(name, mode):
    """The outcome of every test of a file: {id: 'ok' | 'failed' | 'skipped' …}."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, RUNNER, name, mode],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            cwd=folder,
        )
    lines = done.stdout.splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {DIED: f"died: {done.stderr.strip().splitlines()[-1:]}"}
    return json.loads(lines[-1])


def differences(name, mode="rewritten"):
    """(number of tests, [(test, plain, rewritten)]) of one file."""
    plain, rewritten = outcomes(name, "plain"), outcomes(name, mode)
    keys = sorted(set(plain) | set(rewritten))
    if DIED in plain or DIED in rewritten:
        keys = [DIED]
    found = [(key, plain.get(key, "absent"), rewritten.get(key, "absent")) for key in keys]
    known = KNOWN | KNOWN_WITH_SWITCHES if mode == "switches" else KNOWN
    return len(plain), [entry for entry in found if entry[1] != entry[2] and entry[0] not in known]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--switches"]
    mode = "rewritten" if arguments == sys.argv[1:] else "switches"
    names = [name for name in arguments or FAST + SLOW if exists(name)]
    print(f"Python {sys.version.split()[0]}, {len(names)} files")
    total = differing = 0
    with ThreadPoolExecutor(2) as pool:
        for name, (tests, found) in zip(names, pool.map(differences, names, [mode] * len(names))):
            total, differing = total + tests, differing + len(found)
            print(f"{name:32} {tests:5} tests  {len(found):3} differ", flush=True)
            for test, plain, rewritten in found:
                print(f"    {test}: {plain} as it is, {rewritten} rewritten")
    print(f"{total} tests, {differing} differ, but for {len(KNOWN)} that are known to")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
