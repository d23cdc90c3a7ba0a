# Variables: of modules, functions that enclose others, and what is reached by their names.

# case: a global
n = 1
def look(): return n
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: a global with in-place add
n = 1
def look(): return n
def change():
    global n
    n += 1
def undo():
    global n
    n -= 1

# case: a global bound by for
n = 1
def look(): return n
def change():
    global n
    for n in (2,): pass
def undo():
    global n
    n = 1

# case: a global bound by with
import contextlib
n = 1
def look(): return n
def change():
    global n
    with contextlib.nullcontext(2) as n: pass
def undo():
    global n
    n = 1

# case: a global bound by a walrus
n = 1
def look(): return n
def change():
    global n
    if (n := 2): pass
def undo():
    global n
    n = 1

# case: a global bound by a walrus in a comprehension
n = 1
def look(): return n
def change():
    global n
    [n := value for value in (2,)]
def undo():
    global n
    n = 1

# case: a global bound by unpacking
n = m = 1
def look(): return n
def change():
    global n, m
    n, m = 2, 3
def undo():
    global n, m
    m, *n = 3, 1
    n = 1

# case: a global bound by except
# unseen: the binding is not announced
error = None
def look():
    try:
        return error is None
    except NameError:
        return False
def change():
    global error
    try:
        raise ValueError
    except ValueError as error:
        pass
def undo():
    global error
    error = None

# case: a global bound by match
# unseen: the binding is not announced
n = 1
def look(): return n
def change():
    global n
    match 2:
        case n: pass
def undo():
    global n
    n = 1

# case: a global bound by import
n = None
def look(): return n is None
def change():
    global n
    import math as n
def undo():
    global n
    n = None

# case: a global bound by def
def work(): return 1
def look(): return work()
def change():
    global work
    def work(): return 2
def undo():
    global work
    def work(): return 1

# case: a global bound by class
class work: n = 1
def look(): return work.n
def change():
    global work
    class work: n = 2
def undo():
    global work
    class work: n = 1

# case: a global that is deleted
n = 1
def look():
    try:
        return n
    except NameError:
        return 0
def change():
    global n
    del n
def undo():
    global n
    n = 1

# case: globals()
# unseen: globals
n = 1
def look(): return n
def change(): globals()["n"] = 2
def undo(): globals()["n"] = 1

# case: globals() that reads
# unseen: globals
n = 1
def look(): return globals()["n"]
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: globals in a variable
# unseen: globals
n = 1
space = globals()
def look(): return n
def change(): space["n"] = 2
def undo(): space["n"] = 1

# case: sys.modules
import sys
n = 1
def look(): return n
def change(): sys.modules["__main__"].n = 2
def undo(): sys.modules["__main__"].n = 1

# case: sys.modules with getattr
import sys
n = 1
def look(): return getattr(sys.modules[__name__], "n")
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: sys.modules with setattr
import sys
n = 1
def look(): return n
def change(): setattr(sys.modules[__name__], "n", 2)
def undo(): setattr(sys.modules[__name__], "n", 1)

# case: import __main__
# unseen: __main__
n = 1
def look(): return n
def change():
    import __main__
    __main__.n = 2
def undo():
    import __main__
    __main__.n = 1

# case: __globals__ of a function
# unseen: __globals__
n = 1
def look(): return n
def change(): look.__globals__["n"] = 2
def undo(): look.__globals__["n"] = 1

# case: a closure variable
def make():
    n = 1
    def look(): return n
    def change():
        nonlocal n
        n = 2
    def undo():
        nonlocal n
        n = 1
    return look, change, undo
look, change, undo = make()

# case: a closure variable with in-place add
def make():
    n = 1
    def look(): return n
    def change():
        nonlocal n
        n += 1
    def undo():
        nonlocal n
        n -= 1
    return look, change, undo
look, change, undo = make()

# case: a closure variable that is a list
def make():
    shared = []
    def look(): return len(shared)
    def change(): shared.append(1)
    def undo(): shared.pop()
    return look, change, undo
look, change, undo = make()

# case: a closure variable two functions out
def make():
    n = 1
    def inner():
        def look(): return n
        def change():
            nonlocal n
            n = 2
        def undo():
            nonlocal n
            n = 1
        return look, change, undo
    return inner()
look, change, undo = make()

# case: a parameter that is captured
def make(n):
    def look(): return n
    def change():
        nonlocal n
        n = 2
    def undo():
        nonlocal n
        n = 1
    return look, change, undo
look, change, undo = make(1)

# case: a closure's cell_contents
# unseen: cell_contents
def make():
    n = 1
    def look(): return n
    return look
look = make()
def change(): look.__closure__[0].cell_contents = 2
def undo(): look.__closure__[0].cell_contents = 1

# case: a closure variable bound by for
def make():
    n = 1
    def look(): return n
    def change():
        nonlocal n
        for n in (2,): pass
    def undo():
        nonlocal n
        n = 1
    return look, change, undo
look, change, undo = make()

# case: a lambda's default
shared = [1]
look = lambda values=shared: values[0]
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: a global read in a nested comprehension
n = 1
def look(): return sum(n for _ in range(1) for _ in range(1))
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: a global read in a format string
n = 1
def look(): return f"{n:>{n}}"
def change():
    global n
    n = 5
def undo():
    global n
    n = 1

# case: a global read as a default
n = 1
def look():
    def inner(value=n): return value
    return inner()
def change():
    global n
    n = 5
def undo():
    global n
    n = 1

# case: a global read in a decorator
n = 1
def remember(value): return lambda function: lambda: value
def look():
    @remember(n)
    def inner(): pass
    return inner()
def change():
    global n
    n = 5
def undo():
    global n
    n = 1

# case: a global text that grows
text = ""
def look(): return text
def change():
    global text
    text += "a"
def undo():
    global text
    text = text[:-1]

# case: a global tuple that grows
values = ()
def look(): return len(values)
def change():
    global values
    values += (1,)
def undo():
    global values
    values = values[:-1]

# case: builtins
# unseen: a module of the library
import builtins
def look(): return len([1])
real = len
def change(): builtins.len = lambda _: 7
def undo(): builtins.len = real

# case: a coroutine
shared = [1]
async def read(): return shared[0]
def look():
    try:
        read().send(None)
    except StopIteration as stop:
        return stop.value
def change(): shared[0] = 2
def undo(): shared[0] = 1
