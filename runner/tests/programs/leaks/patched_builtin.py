"""Replaces a built-in function."""
import builtins

assert builtins.len is len and len([1]) == 1, "somebody has been here"
builtins.len = lambda things: 0
