"""Documented operations of `threading`, `queue` and `concurrent.futures`.

The library's own code runs unchanged; each wrapper says which operation it is, on what, and when it
can complete. What the library does inside is folded into that one step.
"""

import functools
import os
import queue
import threading

import _heddle

from . import ops

_enter = _heddle.enter
_leave = _heddle.leave
_mode = _heddle.mode
_serial = 0


def wrap():
    """Wraps the classes of `threading` and `queue`."""
    _heddle.set_library(os.path.dirname(os.__file__) + "/")
    # A class in both cases, so that the lock's maker is the one who calls it.
    threading.RLock = _heddle.RLock
    _silence_own_locks()
    # A forked child gets new ones from `threading`; this comes after that.
    os.register_at_fork(after_in_child=_silence_own_locks)
    os.register_at_fork(after_in_child=_awaited.clear)
    _wrap_thread(threading.Thread)
    _wrap_condition(threading.Condition)
    _wrap_event(threading.Event)
    _wrap_semaphore(threading.Semaphore)
    _wrap_bounded_semaphore(threading.BoundedSemaphore)
    _wrap_barrier(threading.Barrier)
    _wrap_queue(queue.Queue)
    _wrap_simple_queue(queue.SimpleQueue)


# Tasks that this process waits for before it ends, in the order of their start.
_awaited = []


def join_all():
    """What Python does before a process ends: waits for every thread that is no daemon. Also for one
    that has ended already, so that the order is the same in every execution."""
    for task in _awaited:
        if not _heddle.is_joined(task):
            _heddle.join(task)
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.main_thread():
            thread.join()


def _number(o):
    """Numbers an object by the order of creation. Hashed by that, sets of such objects are walked
    alike in every execution; addresses would differ."""
    global _serial
    _serial += 1
    o._heddle_serial = _serial


def _hash_by_number(o):
    return o.__dict__.get("_heddle_serial", 1)


def forget():
    """Begins to count anew, for another execution in this process."""
    global _serial
    _serial = 0
    _awaited.clear()


def _silence_own_locks():
    """The locks around `threading`'s list of threads: nobody ever waits for them, because no
    scheduling point lies between taking and giving them back."""
    threading._active_limbo_lock = _heddle.RLock.internal()
    if hasattr(threading, "_shutdown_locks_lock"):
        threading._shutdown_locks_lock = _heddle.Lock.internal()


def replaces(cls, name):
    """Decorator: the function takes the place of `cls.name`, and gets the original as first
    argument."""

    def decorate(wrapper):
        original = getattr(cls, name)

        @functools.wraps(original)
        def method(self, *args, **kwargs):
            if not _mode():
                return original(self, *args, **kwargs)
            return wrapper(original, self, *args, **kwargs)

        setattr(cls, name, method)
        return method

    return decorate


def _simple(cls, name, kind, object_kind):
    """An operation that can always complete."""

    @replaces(cls, name)
    def operation(original, self, *args, **kwargs):
        _enter(kind, self, object_kind)
        try:
            return original(self, *args, **kwargs)
        finally:
            _leave()


class _Started:
    """The hand-shake inside `Thread.start()`: what `Thread` uses of `Event`, unseen and many times
    faster. A new task runs on its starter's turn, so that hardly anybody ever waits for it."""

    __slots__ = ("_flag", "_gate")

    def __init__(self):
        self._flag, self._gate = False, None

    def is_set(self):
        return self._flag

    def set(self):
        self._flag = True
        if self._gate is not None:
            self._gate.release()

    def wait(self, timeout=None):
        if not self._flag:
            gate = _heddle.Lock.internal()
            gate.acquire()
            self._gate = gate
            # Whoever sets it before it has seen the gate is seen here.
            if not self._flag:
                gate.acquire(True, -1 if timeout is None else timeout)
        return self._flag

    def _at_fork_reinit(self):
        self._gate = None


def _use_own_hand_shake(init):
    """Makes `Thread.__init__`, which asks for the global `Event`, ask for ours."""
    threading._HeddleStarted = _Started
    code = init.__code__
    names = tuple("_HeddleStarted" if name == "Event" else name for name in code.co_names)
    init.__code__ = code.replace(co_names=names)


def _wrap_thread(Thread):
    plain_init = Thread.__init__
    _use_own_hand_shake(plain_init)

    @functools.wraps(plain_init)
    def init(self, *args, **kwargs):
        _number(self)
        self._heddle_task = None
        plain_init(self, *args, **kwargs)

    Thread.__init__ = init
    Thread.__hash__ = _hash_by_number

    @replaces(Thread, "start")
    def start(original, self):
        if not getattr(self, "_initialized", False) or self._started.is_set():
            return original(self)
        _heddle.announce_start(self._name, _is_of_library(self))
        _heddle.fold()
        try:
            original(self)
        finally:
            _heddle.unfold()
        self._heddle_task = _heddle.last_started()
        if not self.daemon and self._heddle_task is not None:
            _awaited.append(self._heddle_task)

    @replaces(Thread, "join")
    def join(original, self, timeout=None):
        task = getattr(self, "_heddle_task", None)
        if task is None or self is threading.current_thread():
            return original(self, timeout)
        if timeout is not None:
            timeout = max(timeout, 0)
        if _mode() == 2:
            if not _heddle.join(task, True, timeout):
                return None
            timeout = None
        else:
            _heddle.join_begins(task)
        _heddle.fold()
        try:
            return original(self, timeout)
        finally:
            _heddle.unfold()
            _heddle.join_ends(task)

    @replaces(Thread, "is_alive")
    def is_alive(original, self):
        task = getattr(self, "_heddle_task", None)
        if task is not None and _mode() == 2 and not _heddle.is_folded():
            _heddle.join(task, False)
        return original(self)


# Parts of the library that run threads of their own, which have nothing of the learner's to do.
_SYSTEM = ("multiprocessing.", "concurrent.futures.process")


def _is_of_library(thread):
    """Whether the library has started this thread for itself: to feed a queue, to mind a pool."""
    for maker in (getattr(thread, "_target", None), type(thread)):
        module = getattr(maker, "__module__", None)
        if type(module) is str and module.startswith(_SYSTEM):
            return True
    return False


def _wrap_condition(Condition):
    @replaces(Condition, "wait")
    def wait(original, self, timeout=None):
        if not self._is_owned():
            return original(self, timeout)
        _enter(ops.CONDITION_WAIT, self, ops.CONDITION, ops.CONDITION_WAKE, self._lock)
        try:
            return original(self, timeout)
        finally:
            _leave()

    _simple(Condition, "notify", ops.CONDITION_NOTIFY, ops.CONDITION)
    _simple(Condition, "notify_all", ops.CONDITION_NOTIFY, ops.CONDITION)


def _wrap_event(Event):
    def visible_or_silent(name, kind):
        @replaces(Event, name)
        def operation(original, self):
            if "_heddle_silent" in self.__dict__:
                _heddle.fold()
            else:
                _enter(kind, self, ops.EVENT)
            try:
                return original(self)
            finally:
                _leave()

    visible_or_silent("set", ops.EVENT_SET)
    visible_or_silent("clear", ops.EVENT_CLEAR)
    visible_or_silent("is_set", ops.EVENT_IS_SET)

    @replaces(Event, "wait")
    def wait(original, self, timeout=None):
        if "_heddle_of_futures" in self.__dict__:
            what = (ops.FUTURE_WAIT, _futures, ops.FUTURE)
        elif "_heddle_silent" in self.__dict__:
            return original(self, timeout)
        else:
            what = (ops.EVENT_WAIT, self, ops.EVENT)
        timed_out = _enter(*what, 0, None, lambda: self._flag, timeout)
        try:
            return original(self, timeout)
        finally:
            _leave(ops.TIMED_OUT if timed_out else ops.DONE)


def _wrap_semaphore(Semaphore):
    @replaces(Semaphore, "acquire")
    def acquire(original, self, blocking=True, timeout=None):
        if not blocking:
            _enter(ops.SEMAPHORE_TRY_ACQUIRE, self, ops.SEMAPHORE)
        else:
            _enter(
                ops.SEMAPHORE_ACQUIRE, self, ops.SEMAPHORE, 0, None,
                lambda: self._value > 0, timeout,
            )
        taken = None
        try:
            taken = original(self, blocking, timeout)
            return taken
        finally:
            vain = ops.TIMED_OUT if blocking else ops.WOULD_BLOCK
            _leave(vain if taken is False else ops.DONE)

    Semaphore.__enter__ = acquire
    _simple(Semaphore, "release", ops.SEMAPHORE_RELEASE, ops.SEMAPHORE)


def _wrap_bounded_semaphore(BoundedSemaphore):
    _simple(BoundedSemaphore, "release", ops.SEMAPHORE_RELEASE, ops.SEMAPHORE)


def _wrap_barrier(Barrier):
    @replaces(Barrier, "wait")
    def wait(original, self, timeout=None):
        # Not while the ones before are still leaving.
        _enter(
            ops.BARRIER_ARRIVE, self, ops.BARRIER, ops.BARRIER_PASS, self._cond._lock,
            lambda: self._state not in (-1, 1),
        )
        try:
            return original(self, timeout)
        finally:
            _leave()

    _simple(Barrier, "reset", ops.BARRIER_BREAK, ops.BARRIER)
    _simple(Barrier, "abort", ops.BARRIER_BREAK, ops.BARRIER)


def _wrap_queue(Queue):
    @replaces(Queue, "put")
    def put(original, self, item, block=True, timeout=None):
        def has_room():
            return self._qsize() < self.maxsize or getattr(self, "is_shutdown", False)

        waits = block and self.maxsize > 0
        timed_out = _enter(
            ops.QUEUE_PUT, self, ops.QUEUE, 0, None, has_room if waits else None,
            timeout if waits else None,
        )
        ending = ops.DONE
        try:
            return original(self, item, block, timeout)
        except queue.Full:
            ending = ops.TIMED_OUT if timed_out else ops.WOULD_BLOCK
            raise
        finally:
            _leave(ending)

    @replaces(Queue, "get")
    def get(original, self, block=True, timeout=None):
        def has_item():
            return self._qsize() > 0 or getattr(self, "is_shutdown", False)

        timed_out = _enter(
            ops.QUEUE_GET, self, ops.QUEUE, 0, None, has_item if block else None,
            timeout if block else None,
        )
        ending = ops.DONE
        try:
            return original(self, block, timeout)
        except queue.Empty:
            ending = ops.TIMED_OUT if timed_out else ops.WOULD_BLOCK
            raise
        finally:
            _leave(ending)

    @replaces(Queue, "join")
    def join(original, self):
        _enter(
            ops.QUEUE_JOIN, self, ops.QUEUE, 0, None, lambda: not self.unfinished_tasks
        )
        try:
            return original(self)
        finally:
            _leave()

    _simple(Queue, "task_done", ops.QUEUE_TASK_DONE, ops.QUEUE)
    for name in ("qsize", "empty", "full"):
        _simple(Queue, name, ops.QUEUE_QUERY, ops.QUEUE)


def _wrap_simple_queue(SimpleQueue):
    @replaces(SimpleQueue, "put")
    def put(original, self, item, block=True, timeout=None):
        _enter(ops.QUEUE_PUT, self, ops.QUEUE)
        try:
            return original(self, item, block, timeout)
        finally:
            _leave()

    @replaces(SimpleQueue, "get")
    def get(original, self, block=True, timeout=None):
        timed_out = _enter(
            ops.QUEUE_GET, self, ops.QUEUE, 0, None,
            (lambda: len(self._queue) > 0) if block else None, timeout if block else None,
        )
        ending = ops.DONE
        try:
            return original(self, block, timeout)
        except queue.Empty:
            ending = ops.TIMED_OUT if timed_out else ops.WOULD_BLOCK
            raise
        finally:
            _leave(ending)

    for name in ("qsize", "empty"):
        _simple(SimpleQueue, name, ops.QUEUE_QUERY, ops.QUEUE)


def wrap_futures(base):
    """Wraps `concurrent.futures._base`, when it has been imported."""
    Future = base.Future
    over = (base.CANCELLED, base.CANCELLED_AND_NOTIFIED, base.FINISHED)
    plain_init = Future.__init__

    @functools.wraps(plain_init)
    def init(self):
        _number(self)
        plain_init(self)
        # `wait` and `as_completed` take the locks of all their futures, in the order of addresses.
        self._condition = threading.Condition(_heddle.RLock.internal())

    Future.__init__, Future.__hash__ = init, _hash_by_number

    def waits(name):
        @replaces(Future, name)
        def operation(original, self, timeout=None):
            timed_out = _enter(
                ops.FUTURE_WAIT, self, ops.FUTURE, 0, None, lambda: self._state in over, timeout
            )
            try:
                return original(self, timeout)
            finally:
                _leave(ops.TIMED_OUT if timed_out else ops.DONE)

    waits("result")
    waits("exception")
    _wrap_completions(base)
    for name in ("done", "running", "cancelled"):
        _simple(Future, name, ops.FUTURE_QUERY, ops.FUTURE)
    _simple(Future, "add_done_callback", ops.FUTURE_SET, ops.FUTURE)


class Futures:
    """Stands for the order in which futures complete, which `wait` and `as_completed` look at: one
    object, for they look at several futures at once."""


_futures = Futures()
# Whether the program looks at several futures at once. Else the order of two completions is
# nobody's business, and a search need not try both.
is_order_watched = False


def _wrap_completions(base):
    def completes(name, now=lambda future: True):
        @replaces(base.Future, name)
        def operation(original, self, *args):
            watched = is_order_watched and now(self)
            _enter(ops.FUTURE_SET, self, ops.FUTURE, 0, _futures if watched else None)
            try:
                return original(self, *args)
            finally:
                _leave()

    for name in ("set_result", "set_exception", "cancel"):
        completes(name)
    completes("set_running_or_notify_cancel", lambda future: future._state == base.CANCELLED)

    @replaces(base._AcquireFutures, "__init__")
    def look(original, self, futures):
        _enter(ops.FUTURE_QUERY, _futures, ops.FUTURE)
        try:
            return original(self, futures)
        finally:
            _leave()

    plain_install = base._create_and_install_waiters

    def install(futures, return_when):
        waiter = plain_install(futures, return_when)
        waiter.event._heddle_silent = waiter.event._heddle_of_futures = True
        return waiter

    base._create_and_install_waiters = install


def wrap_thread_pool(module):
    """Wraps `concurrent.futures.thread`, when it has been imported."""
    Executor = module.ThreadPoolExecutor
    module._global_shutdown_lock = _heddle.Lock.internal()
    plain_init = Executor.__init__

    @functools.wraps(plain_init)
    def init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        if _mode():
            # Workers take jobs from it and tell it that they are idle: one object, the executor.
            _heddle.alias(self._work_queue, self, ops.EXECUTOR)
            _heddle.alias(self._idle_semaphore, self, ops.EXECUTOR)

    Executor.__init__ = init
    _simple(Executor, "submit", ops.EXECUTOR_SUBMIT, ops.EXECUTOR)
    _simple(Executor, "shutdown", ops.EXECUTOR_SHUTDOWN, ops.EXECUTOR)
