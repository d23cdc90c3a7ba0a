"""Fills a cache that belongs to the library."""
import fnmatch

assert fnmatch._compile_pattern.cache_info().currsize == 0, "somebody has been here"
fnmatch.fnmatch("a", "a*")
