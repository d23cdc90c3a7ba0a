"""Draws random numbers: the same ones in each execution."""
import random

print([random.randint(0, 999) for _ in range(3)])
