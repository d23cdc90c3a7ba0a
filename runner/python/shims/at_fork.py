"""What modules want done around a fork.

The library registers hooks that make a forked child whole again: locks made anew, lists of threads
cleared, the random generator seeded. The fork server's own forks need none of that, for it has one
thread, and holds no lock; but each hook copies dozens of shared pages in every execution. So its forks
for controlled executions leave the hooks out; forks by the program have them all.
"""

import posix

skipped = False


def replace():
    """Takes the place of `os.register_at_fork`, before `os` has been imported."""
    plain = posix.register_at_fork

    def register_at_fork(**hooks):
        return plain(**{name: _guarded(hook) for name, hook in hooks.items()})

    posix.register_at_fork = register_at_fork


def _guarded(hook):
    if not callable(hook):
        return hook  # The real function refuses it.

    def guarded():
        if not skipped:
            hook()

    return guarded
