# Variables that look as if nobody changed them, or as if nobody else could see them.

# case: an attribute stored in __init__ only, of an object that a thread gets early
import threading
class Box:
    def __init__(self):
        self.n = 1
        self.keep()
        self.n = 2
        self.n = 1
    def keep(self): boxes["it"] = self
boxes = {}
def look(): return boxes["it"].n if "it" in boxes and hasattr(boxes["it"], "n") else 1
def change(): Box()

# case: an attribute stored by a function outside the class
class Box:
    def __init__(self): self.n = 1
def fill(box, n): box.n = n
box = Box()
def look(): return box.n
def change(): fill(box, 2)
def undo(): fill(box, 1)

# case: an attribute stored by a subclass
class Base:
    def __init__(self): self.n = 1
class Box(Base):
    def put(self, n): self.n = n
box = Box()
def look(): return box.n
def change(): box.put(2)
def undo(): box.put(1)

# case: an attribute stored through a tuple of targets
class Box:
    def __init__(self): self.n = 1
box = Box()
def look(): return box.n
def change(): (box.n, _) = (2, 0)
def undo(): [box.n, _] = [1, 0]

# case: an attribute stored by a setter method that is kept
class Box:
    def __init__(self): self.n = 1
    def put(self, n): self.n = n
box = Box()
put = box.put
def look(): return box.n
def change(): put(2)
def undo(): put(1)

# case: an attribute of an object that replaces itself
class Box:
    def __init__(self, n): self.n = n
holder = {"box": Box(1)}
def look(): return holder["box"].n
def change(): holder["box"] = Box(2)
def undo(): holder["box"] = Box(1)

# case: an attribute that __setstate__ restores
class Box:
    def __init__(self): self.n = 1
    def __setstate__(self, state): self.n = state
box = Box()
def look(): return box.n
def change(): box.__setstate__(2)
def undo(): box.__setstate__(1)

# case: an attribute that __post_init__ stores
from dataclasses import dataclass
@dataclass
class Box:
    m: int = 1
    def __post_init__(self): self.n = self.m
box = Box()
def look(): return box.n
def change(): box.__post_init__.__self__.n = 5
def undo(): box.n = 1

# case: an attribute stored by __enter__
class Box:
    def __init__(self): self.n = 1
    def __enter__(self): self.n = 2
    def __exit__(self, *_): self.n = 1
box = Box()
def look(): return box.n
def change():
    with box: pass

# case: a global container that is only changed by methods
table = {}
def look(): return table.get(1)
def change(): table.update({1: 2})
def undo(): table.clear()

# case: a global bound twice at the top
n = 0
n = 1
def look(): return n
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: a global bound in a branch
import sys
if sys.argv:
    n = 1
else:
    n = 0
def look(): return n
def change():
    global n
    n = 2
def undo():
    global n
    n = 1

# case: a local container that a nested function changes
def make():
    found = []
    def look(): return len(found)
    def change(): found.append(1)
    def undo(): found.pop()
    return look, change, undo
look, change, undo = make()

# case: a local container that is returned
def make():
    found = []
    return found
shared = make()
def look(): return len(shared)
def change(): shared.append(1)
def undo(): shared.pop()

# case: a local container put into a shared one
shared = []
def add():
    row = [0]
    shared.append(row)
add()
def look(): return shared[0][0]
def change(): shared[0][0] = 1
def undo(): shared[0][0] = 0

# case: a local container kept as an attribute
class Box: pass
box = Box()
def fill():
    rows = [0]
    box.rows = rows
    rows.append(1)
fill()
def look(): return len(box.rows)
def change(): box.rows.append(1)
def undo(): box.rows.pop()

# case: a list that a comprehension made
rows = [[0] for _ in range(2)]
def look(): return rows[1][0]
def change():
    for row in rows:
        row[0] = 5
def undo():
    for row in rows:
        row[0] = 0

# case: one list in two places
row = [0]
one, two = {"row": row}, [row]
def look(): return two[0][0]
def change(): one["row"][0] = 5
def undo(): row[0] = 0

# case: a default argument shared by two functions
def first(values=[]): return values
shared = first()
def look(): return len(first())
def change(): shared.append(1)
def undo(): shared.pop()

# case: a parameter's container
def reader_of(values): return lambda: len(values)
def writer_of(values): return lambda: values.append(1), lambda: values.pop()
shared = []
look = reader_of(shared)
change, undo = writer_of(shared)

# case: a container that an argument list carries
shared = []
def size(*args): return len(args[0])
def add(*args): args[0].append(1)
def look(): return size(shared)
def change(): add(shared)
def undo(): shared.pop()

# case: a container in keyword arguments
shared = []
def size(**kwargs): return len(kwargs["values"])
def add(**kwargs): kwargs["values"].append(1)
def look(): return size(values=shared)
def change(): add(values=shared)
def undo(): shared.pop()

# case: a container that a generator yields
shared = []
def give():
    while True:
        yield shared
def look(): return len(next(give()))
def change(): next(give()).append(1)
def undo(): shared.pop()

# case: a container behind a property
class Box:
    def __init__(self): self._items = []
    @property
    def items(self): return self._items
box = Box()
def look(): return len(box.items)
def change(): box.items.append(1)
def undo(): box.items.pop()

# case: a container behind __getattr__
items = []
class Box:
    def __getattr__(self, name): return items
box = Box()
def look(): return len(box.items)
def change(): box.items.append(1)
def undo(): box.items.pop()

# case: a container from a conditional expression
a, b = [], []
def look(): return len(a if True else b)
def change(): (a or b or a).append(1)
def undo(): a.pop()

# case: a loop's variable is shared
def make():
    functions = []
    for n in (1, 2):
        def look(): return n
        functions.append(look)
    def change():
        nonlocal n
        n = 3
    def undo():
        nonlocal n
        n = 2
    return functions[0], change, undo
look, change, undo = make()

# case: an exception carries a container
shared = []
class Trouble(Exception): pass
trouble = Trouble(shared)
def look(): return len(trouble.args[0])
def change():
    try:
        raise trouble
    except Trouble as caught:
        caught.args[0].append(1)
def undo(): shared.pop()
