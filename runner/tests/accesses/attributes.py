# Attributes: of objects, classes, modules, functions, and what is reached through hooks.

# case: an attribute
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: an attribute from __init__
class Box:
    def __init__(self): self.n = 1
box = Box()
def look(): return box.n
def change(): box.n += 1
def undo(): box.n -= 1

# case: an attribute of an attribute
class Box:
    def __init__(self, inner): self.inner = inner
class Value:
    def __init__(self): self.n = 1
box = Box(Value())
def look(): return box.inner.n
def change(): box.inner.n = 2
def undo(): box.inner.n = 1

# case: an attribute that is replaced by another object
class Box:
    def __init__(self, inner): self.inner = inner
class Value:
    def __init__(self, n): self.n = n
box = Box(Value(1))
def look(): return box.inner.n
def change(): box.inner = Value(2)
def undo(): box.inner = Value(1)

# case: getattr and setattr
class Box: pass
box = Box()
box.n = 1
def look(): return getattr(box, "n")
def change(): setattr(box, "n", 2)
def undo(): setattr(box, "n", 1)

# case: getattr with a computed name
class Box: pass
box = Box()
box.n1 = 1
def name(): return "n" + "1"
def look(): return getattr(box, name())
def change(): setattr(box, name(), 2)
def undo(): setattr(box, name(), 1)

# case: getattr with a default
class Box: pass
box = Box()
def look(): return getattr(box, "n", 0)
def change(): box.n = 2
def undo(): del box.n

# case: hasattr
class Box: pass
box = Box()
def look(): return hasattr(box, "n")
def change(): box.n = 2
def undo(): delattr(box, "n")

# case: setattr in a variable
put = setattr
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): put(box, "n", 2)
def undo(): put(box, "n", 1)

# case: vars
# unseen: vars
class Box: pass
box = Box()
box.n = 1
def look(): return vars(box)["n"]
def change(): box.n = 2
def undo(): box.n = 1

# case: vars that stores
# unseen: vars
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): vars(box)["n"] = 2
def undo(): vars(box).update(n=1)

# case: __dict__
# unseen: __dict__
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): box.__dict__["n"] = 2
def undo(): box.__dict__["n"] = 1

# case: __dict__ that is read
# unseen: __dict__
class Box: pass
box = Box()
box.n = 1
def look(): return box.__dict__["n"]
def change(): box.n = 2
def undo(): box.n = 1

# case: __dict__ as a whole
# unseen: __dict__
class Box: pass
box = Box()
box.n = 1
def look(): return len(box.__dict__)
def change(): box.m = 2
def undo(): del box.m

# case: __dict__ that is replaced
# unseen: __dict__
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): box.__dict__ = {"n": 2}
def undo(): box.__dict__ = {"n": 1}

# case: object.__setattr__
class Box: pass
box = Box()
box.n = 1
def look(): return object.__getattribute__(box, "n")
def change(): object.__setattr__(box, "n", 2)
def undo(): object.__setattr__(box, "n", 1)

# case: super().__setattr__
class Box:
    def __setattr__(self, name, value): super().__setattr__(name, value)
box = Box()
box.n = 1
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: __setattr__ into a dictionary
class Box:
    def __init__(self): self.__dict__["values"] = {"n": 1}
    def __setattr__(self, name, value): self.values[name] = value
    def __getattr__(self, name): return self.values[name]
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: __getattr__
values = {"n": 1}
class Box:
    def __getattr__(self, name): return values[name]
box = Box()
def look(): return box.n
def change(): values["n"] = 2
def undo(): values["n"] = 1

# case: __getattribute__
class Box:
    def __init__(self): self.n = 1
    def __getattribute__(self, name): return super().__getattribute__(name)
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: property
class Box:
    def __init__(self): self._n = 1
    @property
    def n(self): return self._n
    @n.setter
    def n(self, value): self._n = value
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: property by function call
class Box:
    def __init__(self): self._n = 1
    n = property(lambda self: self._n, lambda self, value: setattr(self, "_n", value))
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: descriptor
class Field:
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, instance, owner): return getattr(instance, self.name, 1)
    def __set__(self, instance, value): setattr(instance, self.name, value)
class Box:
    n = Field()
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: descriptor that keeps the values itself
class Field:
    def __init__(self): self.values = {}
    def __get__(self, instance, owner): return self.values.get("k", 1)
    def __set__(self, instance, value): self.values["k"] = value
class Box:
    n = Field()
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: cached_property
# unseen: the case looks into __dict__
from functools import cached_property
class Box:
    source = [1]
    @cached_property
    def n(self): return self.source[0]
box = Box()
def look(): return "n" in box.__dict__
def change(): box.n
def undo(): del box.n

# case: slots
class Box:
    __slots__ = ("n",)
box = Box()
box.n = 1
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: slots through the descriptor
class Box:
    __slots__ = ("n",)
box = Box()
box.n = 1
def look(): return Box.n.__get__(box)
def change(): Box.n.__set__(box, 2)
def undo(): box.n = 1

# case: a class attribute
class Box:
    n = 1
def look(): return Box.n
def change(): Box.n = 2
def undo(): Box.n = 1

# case: a class attribute through an instance
class Box:
    n = 1
box = Box()
def look(): return box.n
def change(): Box.n = 2
def undo(): Box.n = 1

# case: an instance hides the class's attribute
class Box:
    n = 1
box = Box()
def look(): return box.n
def change(): box.n = 2
def undo(): del box.n

# case: a class attribute of a base class
class Base:
    n = 1
class Box(Base): pass
def look(): return Box.n
def change(): Base.n = 2
def undo(): Base.n = 1

# case: a class hides its base's attribute
class Base:
    n = 1
class Box(Base): pass
def look(): return Box().n
def change(): Box.n = 2
def undo(): del Box.n

# case: a class attribute in a class method
class Box:
    n = 1
    @classmethod
    def look(cls): return cls.n
    @classmethod
    def change(cls): cls.n += 1
    @classmethod
    def undo(cls): cls.n -= 1
look, change, undo = Box.look, Box.change, Box.undo

# case: a class attribute through type(self)
class Box:
    n = 1
    def add(self, by): type(self).n += by
box = Box()
def look(): return box.n
def change(): box.add(1)
def undo(): box.add(-1)

# case: a class attribute through __class__
class Box:
    n = 1
    def add(self, by): self.__class__.n += by
box = Box()
def look(): return Box.n
def change(): box.add(1)
def undo(): box.add(-1)

# case: a class attribute through a variable
# unseen: the store does not say that it is a class's
class Box:
    n = 1
kind = Box
def look(): return Box().n
def change(): kind.n = 2
def undo(): kind.n = 1

# case: a class attribute through a parameter
# unseen: the store does not say that it is a class's
class Box:
    n = 1
def put(where, value): where.n = value
def look(): return Box.n
def change(): put(Box, 2)
def undo(): put(Box, 1)

# case: a class attribute with setattr
class Box:
    n = 1
def look(): return Box.n
def change(): setattr(Box, "n", 2)
def undo(): setattr(Box, "n", 1)

# case: a mutable value in a class
class Box:
    items = []
def look(): return len(Box().items)
def change(): Box().items.append(1)
def undo(): Box.items.pop()

# case: a metaclass's attribute
class Meta(type):
    n = 1
class Box(metaclass=Meta): pass
def look(): return Box.n
def change(): Meta.n = 2
def undo(): Meta.n = 1

# case: a property of a metaclass
class Meta(type):
    values = [1]
    @property
    def n(cls): return cls.values[0]
    @n.setter
    def n(cls, value): cls.values[0] = value
class Box(metaclass=Meta): pass
def look(): return Box.n
def change(): Box.n = 2
def undo(): Box.n = 1

# case: a metaclass counts instances
class Meta(type):
    made = 0
    def __call__(cls):
        Meta.made += 1
        return super().__call__()
class Box(metaclass=Meta): pass
def look(): return Meta.made
def change(): Box()

# case: __new__ counts instances
class Box:
    made = 0
    def __new__(cls):
        cls.made += 1
        return super().__new__(cls)
def look(): return Box.made
def change(): Box()

# case: __init_subclass__ registers
class Base:
    known = []
    def __init_subclass__(cls): Base.known.append(cls)
def look(): return len(Base.known)
def change():
    class Another(Base): pass
def undo(): Base.known.pop()

# case: a class body
shared = [1]
def look():
    class Box:
        n = shared[0]
    return Box.n
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: a class body that stores
shared = [1]
def look(): return shared[0]
def change():
    class Box:
        shared[0] = 2
def undo():
    class Box:
        shared[0] = 1

# case: a method that is replaced on the class
class Box:
    def n(self): return 1
first = Box.n
box = Box()
def look(): return box.n()
def change(): Box.n = lambda self: 2
def undo(): Box.n = first

# case: a method that is replaced on the instance
class Box:
    def n(self): return 1
box = Box()
def look(): return box.n()
def change(): box.n = lambda: 2
def undo(): del box.n

# case: the class of an object changes
# unseen: __class__
class One:
    n = 1
class Two:
    n = 2
box = One()
def look(): return box.n
def change(): box.__class__ = Two
def undo(): box.__class__ = One

# case: inheritance
class Base:
    def __init__(self): self.n = 1
    def get(self): return self.n
class Box(Base):
    def put(self, n): self.n = n
box = Box()
def look(): return box.get()
def change(): box.put(2)
def undo(): box.put(1)

# case: super() in a method
class Base:
    def __init__(self): self.n = 1
    def add(self, by): self.n += by
class Box(Base):
    def add(self, by): super().add(by)
box = Box()
def look(): return box.n
def change(): box.add(1)
def undo(): box.add(-1)

# case: name mangling
class Box:
    def __init__(self): self.__n = 1
    def get(self): return self.__n
    def put(self, n): self.__n = n
box = Box()
def look(): return box.get()
def change(): box.put(2)
def undo(): box._Box__n = 1

# case: dataclass
from dataclasses import dataclass
@dataclass
class Box:
    n: int = 1
box = Box()
def look(): return box.n
def change(): box.n += 1
def undo(): box.n -= 1

# case: dataclass with slots
from dataclasses import dataclass
@dataclass(slots=True)
class Box:
    n: int = 1
box = Box()
def look(): return box.n
def change(): box.n += 1
def undo(): box.n -= 1

# case: dataclass that compares itself
from dataclasses import dataclass
@dataclass
class Box:
    n: int = 1
box = Box()
def look(): return box == Box(1)
def change(): box.n += 1
def undo(): box.n -= 1

# case: dataclass that shows itself
from dataclasses import dataclass
@dataclass
class Box:
    n: int = 1
box = Box()
def look(): return repr(box)
def change(): box.n += 1
def undo(): box.n -= 1

# case: dataclass in a format string
from dataclasses import dataclass
@dataclass
class Box:
    n: int = 1
box = Box()
def look(): return f"{box}"
def change(): box.n += 1
def undo(): box.n -= 1

# case: dataclass with order
from dataclasses import dataclass
@dataclass(order=True)
class Box:
    n: int = 1
box = Box()
def look(): return box < Box(2)
def change(): box.n += 5
def undo(): box.n -= 5

# case: dataclass with a default factory
from dataclasses import dataclass, field
@dataclass
class Box:
    items: list = field(default_factory=list)
box = Box()
def look(): return len(box.items)
def change(): box.items.append(1)
def undo(): box.items.pop()

# case: dataclasses.asdict
from dataclasses import dataclass, asdict
@dataclass
class Box:
    n: int = 1
box = Box()
def look(): return asdict(box)["n"]
def change(): box.n = 2
def undo(): box.n = 1

# case: dataclasses.replace
from dataclasses import dataclass, replace
@dataclass
class Box:
    n: int = 1
    m: int = 0
box = Box()
def look(): return replace(box, m=3).n
def change(): box.n = 2
def undo(): box.n = 1

# case: a dataclass that sorts
from dataclasses import dataclass
@dataclass(order=True)
class Box:
    n: int = 1
boxes = [Box(1), Box(2)]
def look(): return sorted(boxes)[0] is boxes[0]
def change(): boxes[0].n = 5
def undo(): boxes[0].n = 1

# case: __eq__ of the program
class Box:
    def __init__(self): self.n = 1
    def __eq__(self, other): return self.n == other
box = Box()
def look(): return box == 1
def change(): box.n = 2
def undo(): box.n = 1

# case: __len__ and __bool__ of the program
class Box:
    def __init__(self): self.items = []
    def __len__(self): return len(self.items)
box = Box()
def look(): return "some" if box else len(box)
def change(): box.items.append(1)
def undo(): box.items.pop()

# case: __getitem__ of the program
class Box:
    def __init__(self): self.n = 1
    def __getitem__(self, key): return self.n
    def __setitem__(self, key, value): self.n = value
box = Box()
def look(): return box[0]
def change(): box[0] = 2
def undo(): box[0] = 1

# case: __contains__ of the program
class Box:
    def __init__(self): self.items = set()
    def __contains__(self, key): return key in self.items
box = Box()
def look(): return 1 in box
def change(): box.items.add(1)
def undo(): box.items.clear()

# case: __iter__ of the program
class Box:
    def __init__(self): self.items = [1]
    def __iter__(self): return iter(self.items)
box = Box()
def look(): return sum(box)
def change(): box.items[0] = 5
def undo(): box.items[0] = 1

# case: __iter__ and __next__ of the program
class Box:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        return self.n
box = Box()
def look(): return box.n
def change(): next(box)
def undo(): box.n = 0

# case: __call__ of the program
class Box:
    def __init__(self): self.n = 0
    def __call__(self): self.n += 1
box = Box()
def look(): return box.n
def change(): box()
def undo(): box.n = 0

# case: __iadd__ of the program
class Box:
    def __init__(self): self.n = 0
    def __iadd__(self, by):
        self.n += by
        return self
box = Box()
def look(): return box.n
def change():
    mine = box
    mine += 1
def undo(): box.n = 0

# case: __enter__ and __exit__ of the program
class Box:
    def __init__(self): self.n = 0
    def __enter__(self): self.n += 1
    def __exit__(self, *_): self.n -= 1
box = Box()
def look(): return box.n
def change():
    with box:
        pass

# case: with … as an attribute
import contextlib
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change():
    with contextlib.nullcontext(2) as box.n:
        pass
def undo(): box.n = 1

# case: with … as an item
import contextlib
shared = [1]
def look(): return shared[0]
def change():
    with contextlib.nullcontext(2) as shared[0]:
        pass
def undo(): shared[0] = 1

# case: for over an attribute as target
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change():
    for box.n in (2,):
        pass
def undo(): box.n = 1

# case: for with an item as target
shared = [1]
def look(): return shared[0]
def change():
    for shared[0] in (2,):
        pass
def undo(): shared[0] = 1

# case: unpacking into attributes and items
class Box: pass
box = Box()
box.n = 1
shared = [0]
def look(): return box.n
def change(): shared[0], box.n = 1, 2
def undo(): box.n, *shared[0:] = 1, 0

# case: swap of two items
shared = [1, 2]
def look(): return shared[0]
def change(): shared[0], shared[1] = shared[1], shared[0]
def undo(): shared[0], shared[1] = shared[1], shared[0]

# case: chained assignment
class Box: pass
box = Box()
box.n = box.m = 1
def look(): return box.n
def change(): box.m = box.n = 2
def undo(): box.m = box.n = 1

# case: annotated assignment
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): box.n: int = 2
def undo(): box.n: int = 1

# case: a comprehension that stores into an attribute
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): [0 for box.n in (2,)]
def undo(): box.n = 1

# case: a comprehension that stores into an item
shared = [1]
def look(): return shared[0]
def change(): [0 for shared[0] in (2,)]
def undo(): shared[0] = 1

# case: del of an attribute
class Box: pass
box = Box()
box.n = 1
def look(): return hasattr(box, "n")
def change(): del box.n
def undo(): box.n = 1

# case: a mutable default argument
def collect(n=None, found=[]):
    if n is not None:
        found.append(n)
    return len(found)
def look(): return collect()
def change(): collect(1)

# case: a default argument that is a dictionary
def cached(key, cache={}):
    if key not in cache:
        cache[key] = len(cache)
    return cache[key]
def look(): return cached.__defaults__[0].get("k", -1)
def change(): cached("k")
def undo(): cached.__defaults__[0].clear()

# case: an attribute of a function
def work(): pass
work.calls = 0
def look(): return work.calls
def change(): work.calls += 1
def undo(): work.calls -= 1

# case: an attribute of a function, by itself
def work(): work.calls += 1
work.calls = 0
def look(): return work.calls
def change(): work()
def undo(): work.calls = 0

# case: __defaults__ of a function
# unseen: __defaults__
def work(n=1): return n
def look(): return work()
def change(): work.__defaults__ = (2,)
def undo(): work.__defaults__ = (1,)

# case: SimpleNamespace
from types import SimpleNamespace
box = SimpleNamespace(n=1)
def look(): return box.n
def change(): box.n = 2
def undo(): box.n = 1

# case: SimpleNamespace that shows itself
from types import SimpleNamespace
box = SimpleNamespace(n=1)
def look(): return repr(box)
def change(): box.n = 2
def undo(): box.n = 1

# case: SimpleNamespace that compares itself
from types import SimpleNamespace
box = SimpleNamespace(n=1)
def look(): return box == SimpleNamespace(n=1)
def change(): box.n = 2
def undo(): box.n = 1

# case: an exception's attribute
error = ValueError("x")
error.n = 1
def look(): return error.n
def change(): error.n = 2
def undo(): error.n = 1

# case: an exception's args
error = ValueError("x")
def look(): return error.args[0]
def change(): error.args = ("y",)
def undo(): error.args = ("x",)

# case: an enum member's attribute
from enum import Enum
class Colour(Enum):
    RED = 1
Colour.RED.n = 1
def look(): return Colour.RED.n
def change(): Colour.RED.n = 2
def undo(): Colour.RED.n = 1

# case: an enum member held by an attribute
from enum import Enum
class State(Enum):
    OFF = 0
    ON = 1
class Box:
    def __init__(self): self.state = State.OFF
box = Box()
def look(): return box.state is State.OFF
def change(): box.state = State.ON
def undo(): box.state = State.OFF

# case: a Thread subclass's attribute
import threading
class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.n = 1
worker = Worker()
def look(): return worker.n
def change(): worker.n = 2
def undo(): worker.n = 1

# case: an attribute put on a Thread
import threading
worker = threading.Thread()
worker.n = 1
def look(): return worker.n
def change(): worker.n = 2
def undo(): worker.n = 1

# case: a subclass of Event
import threading
class Flag(threading.Event):
    def __init__(self):
        super().__init__()
        self.n = 1
flag = Flag()
def look(): return flag.n
def change(): flag.n = 2
def undo(): flag.n = 1

# case: an attribute put on an Event
import threading
flag = threading.Event()
flag.n = 1
def look(): return flag.n
def change(): flag.n = 2
def undo(): flag.n = 1

# case: an attribute put on a Queue
import queue
jobs = queue.Queue()
jobs.n = 1
def look(): return jobs.n
def change(): jobs.n = 2
def undo(): jobs.n = 1

# case: the deque inside a Queue
# unseen: a queue's own list
import queue
jobs = queue.Queue()
def look(): return len(jobs.queue)
def change(): jobs.put(1)
def undo(): jobs.get()

# case: the deque inside a Queue, changed
# unseen: a queue's own list
import queue
jobs = queue.Queue()
def look(): return jobs.qsize()
def change(): jobs.queue.append(1)
def undo(): jobs.queue.clear()

# case: a thread's name
import threading
worker = threading.Thread(name="a")
def look(): return worker.name
def change(): worker.name = "b"
def undo(): worker.name = "a"

# case: a class with a lock and a value beside it
import threading
class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 1
account = Account()
def look(): return account.balance
def change():
    with account.lock:
        account.balance += 1
def undo():
    with account.lock:
        account.balance -= 1

# case: a weak reference
import weakref
class Box: pass
box = Box()
box.n = 1
reference = weakref.ref(box)
def look(): return reference().n
def change(): box.n = 2
def undo(): box.n = 1

# case: a weak proxy
# unseen: weakref.proxy
import weakref
class Box: pass
box = Box()
box.n = 1
proxy = weakref.proxy(box)
def look(): return proxy.n
def change(): proxy.n = 2
def undo(): box.n = 1

# case: a weak dictionary
import weakref
class Box: pass
box = Box()
known = weakref.WeakValueDictionary()
def look(): return "k" in known
def change(): known["k"] = box
def undo(): del known["k"]

# case: a weak set
import weakref
class Box: pass
box = Box()
known = weakref.WeakSet()
def look(): return len(known)
def change(): known.add(box)
def undo(): known.discard(box)

# case: an attribute of an object kept in a tuple
class Box:
    def __init__(self): self.n = 1
pair = (Box(), Box())
def look(): return pair[0].n
def change(): pair[0].n = 2
def undo(): pair[0].n = 1

# case: an attribute of a subclass of dict
class Table(dict): pass
table = Table()
table.n = 1
def look(): return table.n
def change(): table.n = 2
def undo(): table.n = 1

# case: an attribute of a subclass of list
class Stack(list):
    def __init__(self): self.n = 1
stack = Stack()
def look(): return stack.n
def change(): stack.n += 1
def undo(): stack.n -= 1

# case: an attribute of a subclass of an exception
class Trouble(Exception):
    def __init__(self): self.n = 1
trouble = Trouble()
def look(): return trouble.n
def change(): trouble.n = 2
def undo(): trouble.n = 1

# case: an attribute of a subclass of int
class Number(int): pass
number = Number(3)
number.n = 1
def look(): return number.n
def change(): number.n = 2
def undo(): number.n = 1

# case: an attribute of a subclass of tuple
class Pair(tuple): pass
pair = Pair((1, 2))
pair.n = 1
def look(): return pair.n
def change(): pair.n = 2
def undo(): pair.n = 1

# case: an attribute of a subclass of Queue
import queue
class Jobs(queue.Queue):
    def __init__(self):
        super().__init__()
        self.n = 1
jobs = Jobs()
def look(): return jobs.n
def change(): jobs.n = 2
def undo(): jobs.n = 1

# case: an attribute of the current thread
import threading
threads = []
main = threading.main_thread()
main.n = 1
def look(): return main.n
def change(): main.n = 2
def undo(): main.n = 1

# case: an attribute of a mutable dataclass in a list that is compared
from dataclasses import dataclass
@dataclass
class Box:
    n: int = 1
boxes = [Box(1)]
def look(): return Box(2) in boxes
def change(): boxes[0].n = 2
def undo(): boxes[0].n = 1

# case: an abstract base class
from abc import ABC, abstractmethod
class Base(ABC):
    def __init__(self): self.n = 1
    @abstractmethod
    def get(self): ...
class Box(Base):
    def get(self): return self.n
box = Box()
def look(): return box.get()
def change(): box.n = 2
def undo(): box.n = 1

# case: a class made by a function
def make():
    class Box:
        n = 1
    return Box
Box = make()
def look(): return Box.n
def change(): Box.n = 2
def undo(): Box.n = 1

# case: a static method
class Box:
    n = 1
    @staticmethod
    def put(n): Box.n = n
def look(): return Box.n
def change(): Box.put(2)
def undo(): Box.put(1)

# case: a decorator that counts
calls = {"n": 0}
def counted(function):
    def inner():
        calls["n"] += 1
        return function()
    return inner
@counted
def work(): pass
def look(): return calls["n"]
def change(): work()
def undo(): calls["n"] = 0

# case: a decorator that counts in an attribute
import functools
def counted(function):
    @functools.wraps(function)
    def inner():
        inner.n += 1
        return function()
    inner.n = 0
    return inner
@counted
def work(): pass
def look(): return work.n
def change(): work()
def undo(): work.n = 0

# case: a decorator that is a class
class Counted:
    def __init__(self, function): self.function, self.n = function, 0
    def __call__(self):
        self.n += 1
        return self.function()
@Counted
def work(): pass
def look(): return work.n
def change(): work()
def undo(): work.n = 0

# case: a context manager by contextlib
import contextlib
state = [0]
@contextlib.contextmanager
def entered():
    state[0] += 1
    yield
    state[0] -= 1
def look(): return state[0]
def change():
    with entered():
        pass

# case: a singleton by __new__
class Box:
    only = None
    def __new__(cls):
        if cls.only is None:
            cls.only = super().__new__(cls)
            cls.only.n = 1
        return cls.only
Box()
def look(): return Box().n
def change(): Box().n = 2
def undo(): Box().n = 1

# case: an object with a loop of references
class Node:
    def __init__(self): self.next, self.n = self, 1
node = Node()
def look(): return node.next.next.n
def change(): node.next.n = 2
def undo(): node.n = 1

# case: a linked list
class Node:
    def __init__(self, value, next): self.value, self.next = value, next
head = Node(1, Node(2, None))
def look():
    total, node = 0, head
    while node:
        total += node.value
        node = node.next
    return total
def change(): head.next = None
def undo(): head.next = Node(2, None)

# case: __init__ that hands self on
known = []
class Box:
    def __init__(self):
        known.append(self)
        self.n = 1
        self.n = 2
Box()
def look(): return known[-1].n if hasattr(known[-1], "n") else 0
def change(): Box()

# case: __init__ that is called again
class Box:
    def __init__(self, n): self.n = n
box = Box(1)
def look(): return box.n
def change(): box.__init__(2)
def undo(): box.__init__(1)

# case: __init__ through the class
class Box:
    def __init__(self, n): self.n = n
box = Box(1)
def look(): return box.n
def change(): Box.__init__(box, 2)
def undo(): Box.__init__(box, 1)

# case: __setitem__ by hand
class Grid:
    def __init__(self): self.cells = [[0, 0], [0, 0]]
    def __getitem__(self, at): return self.cells[at[0]][at[1]]
    def __setitem__(self, at, value): self.cells[at[0]][at[1]] = value
grid = Grid()
def look(): return grid[1, 0]
def change(): grid[1, 0] += 1
def undo(): grid[1, 0] -= 1
