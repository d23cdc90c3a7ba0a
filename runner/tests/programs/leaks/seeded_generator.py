"""Seeds the random generator."""
import random

print(random.random())
random.seed(5)
