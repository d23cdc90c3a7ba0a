"""Executions one after the other in one process, which is many times faster than a fork for each.

That is sound only for a program that leaves nothing behind, see `soundness`. A `Baseline` puts back what
the library itself counts and remembers, and looks, after each execution, whether something else has
changed; then the process ends, and the next execution is forked again.

(The supervisor does not believe any of this: it compares executions with forked twins, and never lets
a graded program go round.)
"""

import atexit
import builtins
import gc
import itertools
import queue
import sys
import threading

from . import access, naming, primitives, storage, streams

# A sound program cannot see when its garbage goes, so several executions' goes together.
_ROUNDS_OF_GARBAGE = 32

# Classes of the library whose attributes a program could change.
_CLASSES = [
    threading.Thread, threading.Timer, threading.Condition, threading.Event, threading.Semaphore,
    threading.BoundedSemaphore, threading.Barrier, queue.Queue, queue.LifoQueue, queue.PriorityQueue,
    queue.SimpleQueue,
]


class Baseline:
    """The state of the library before the first execution."""

    def __init__(self, own_modules, imports):
        self.own_modules = own_modules
        self.modules = len(sys.modules.keys() - own_modules)
        self.rounds = 0
        names = ("threading", "queue", "concurrent.futures._base", "concurrent.futures.thread")
        kept = [sys.modules[name].__dict__ for name in names if name in sys.modules]
        self.namespaces = [(namespace, dict(namespace)) for namespace in kept]
        self.builtins = {**builtins.__dict__, "print": streams.print_to_trace}
        self.classes = {cls: dict(vars(cls)) for cls in (*_CLASSES, *_pool_classes())}
        self.pool = next(iter(_pool_classes()), None)
        self.main = threading.main_thread()
        self.main_state = dict(self.main.__dict__)
        self.path, self.finders = list(sys.path), list(sys.meta_path)
        self.exit_hooks = list(getattr(threading, "_threading_atexits", ()))
        # Putting its state back takes longer than all the rest.
        self.random = "random" in imports

    def is_clean(self):
        """Whether an execution has left the library as it found it, but for what `restore` knows."""
        return (
            threading.active_count() == 1
            and len(sys.modules) - self.own_loaded() == self.modules
            and sys.path[1:] == self.path
            and sys.meta_path == self.finders
            and atexit._ncallbacks() == 0
            and all(vars(cls) == saved for cls, saved in self.classes.items())
            and builtins.__dict__ == self.builtins
        )

    def own_loaded(self):
        """How many of the program's modules are loaded."""
        return sum(name in sys.modules for name in self.own_modules)

    def restore(self):
        """Puts back what the library counts and remembers."""
        for name in self.own_modules:
            sys.modules.pop(name, None)
        for namespace, saved in self.namespaces:
            namespace.update(saved)
        self.main.__dict__.clear()
        self.main.__dict__.update(self.main_state)
        sentinel = self.main_state.get("_tstate_lock")
        if sentinel is not None:
            sentinel.acquire(False)
        threading._counter = itertools.count(1).__next__
        if hasattr(threading, "_threading_atexits"):
            threading._threading_atexits[:] = self.exit_hooks
        if hasattr(threading, "_shutdown_locks"):
            threading._shutdown_locks.clear()
        if self.pool is not None:
            # One object, whose count starts anew: the class must stay as it was.
            self.pool._counter = itertools.count().__next__
            self.classes[self.pool]["_counter"] = vars(self.pool)["_counter"]
            sys.modules["concurrent.futures.thread"]._threads_queues.clear()
        if self.random:
            sys.modules["random"].seed(0)
        sys.path[:] = self.path
        primitives.forget()
        access.reset()
        storage.forget_learners()
        naming.forget()
        self.rounds += 1
        if self.rounds % _ROUNDS_OF_GARBAGE == 0:
            gc.collect()



def _pool_classes():
    futures = sys.modules.get("concurrent.futures.thread")
    if futures is None:
        return []
    return [futures.ThreadPoolExecutor, sys.modules["concurrent.futures._base"].Future]
