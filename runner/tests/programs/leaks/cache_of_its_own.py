"""Fills a cache of its own."""
import functools

calls = []


@functools.lru_cache
def square(x):
    calls.append(x)
    return x * x


square(3)
square(3)
assert calls == [3], "somebody has been here"
