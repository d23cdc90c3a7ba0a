"""Time: real in a free run, virtual in a controlled execution."""

import time

import _heddle

# What a virtual clock shows at the start: 2026-01-01 00:00 UTC.
EPOCH = 1_767_225_600_000_000_000


def replace():
    """Replaces sleep and the clocks."""
    real_sleep = time.sleep

    def sleep(seconds):
        """Delay execution for a given number of seconds."""
        mode = _heddle.mode()
        if mode == 0:
            return real_sleep(seconds)
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        _heddle.sleep(seconds)
        if mode == 1:
            try:
                real_sleep(seconds)
            finally:
                _heddle.slept()

    time.sleep = sleep
    for name, start in (("time", EPOCH), ("monotonic", 0), ("perf_counter", 0)):
        setattr(time, name, _seconds(getattr(time, name), start))
        setattr(time, name + "_ns", _nanoseconds(getattr(time, name + "_ns"), start))


def _seconds(real, start):
    def clock():
        if _heddle.mode() != 2:
            return real()
        return (start + _heddle.read_clock()) / 1e9

    clock.__name__ = clock.__qualname__ = real.__name__
    clock.__doc__ = real.__doc__
    return clock


def _nanoseconds(real, start):
    def clock():
        if _heddle.mode() != 2:
            return real()
        return start + _heddle.read_clock()

    clock.__name__ = clock.__qualname__ = real.__name__
    clock.__doc__ = real.__doc__
    return clock
