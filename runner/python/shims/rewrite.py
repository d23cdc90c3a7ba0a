"""Compiles a program's files so that accesses to shared storage announce themselves.

`compile_program` is called once for each file, in the fork server, before any execution. Programs of
several files pass what `read_program` said about all of them, because one file may store what another
reads.
"""

from . import naming, storage


def read_program(sources):
    """What the files of a program say together; `sources` are their texts."""
    import ast

    from . import survey

    return survey.Program([ast.parse(source) for source in sources])


def compile_program(
    source, filename, file_index, module_name="__main__", first_site=0, program=None, modules=(),
    says_switches=False,
):
    """(code, sites, blind spots) of one file.

    `sites` holds (line, text) of each access, for the site numbers from `first_site` on; the blind
    spots are (line, why): what may touch shared storage without a point, so that nothing can be
    proved. `modules` names the program's other files, as they are imported. With `says_switches` the code
    also says where an interpreter with a GIL can switch. A `SyntaxError` is the
    learner's, at the learner's line.
    """
    # A program that compiles as it is has no errors but what `compile` finds in the original text.
    plain = compile(source, filename, "exec", dont_inherit=True)
    import ast

    # All of it at once: what is imported later would look like something that a program has left.
    from . import survey, switches, transform

    tree = ast.parse(source, filename)
    if program is None:
        program = survey.Program([tree])
    file = survey.File(tree, program, module_name == "__main__")
    lines = source.encode().splitlines()
    rewriter_class = switches.SwitchRewriter if says_switches else transform.Rewriter
    rewriter = rewriter_class(file, program, lines, first_site, modules)
    tree = rewriter.visit(tree)
    transform.keep_variables(file)
    try:
        code = compile(tree, filename, "exec", dont_inherit=True)
    except (SyntaxError, RecursionError) as error:
        rewriter.blind_spots.append((1, f"the program could not be watched: {error}"))
        code = plain
    storage.learner_files.add(filename)
    if module_name not in storage.learner_modules:
        storage.learner_modules.append(module_name)
    storage.class_stores |= program.class_stores
    storage.foreseen &= not program.anything
    naming.add_sites(file_index, first_site, rewriter.sites)
    return code, rewriter.sites, rewriter.blind_spots
