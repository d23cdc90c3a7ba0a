# Looking at a list, dictionary or set as a whole, or at one item of it.

# case: truth of a list
shared = []
def look(): return "some" if shared else "none"
def change(): shared.append(1)
def undo(): shared.pop()

# case: truth with not
shared = {}
def look(): return not shared
def change(): shared["k"] = 1
def undo(): del shared["k"]

# case: truth in while
shared = []
def look():
    n = 0
    while shared and n < 1:
        n += 1
    return n
def change(): shared.append(1)
def undo(): shared.clear()

# case: truth with and, or
shared = set()
def look(): return (shared and "some") or "none"
def change(): shared.add(1)
def undo(): shared.remove(1)

# case: truth with bool
shared = []
def look(): return bool(shared)
def change(): shared.append(1)
def undo(): shared.pop()

# case: truth in assert
shared = [1]
def look():
    try:
        assert shared
    except AssertionError:
        return "empty"
    return "full"
def change(): shared.pop()
def undo(): shared.append(1)

# case: truth in a comprehension's condition
shared = []
def look(): return len([n for n in range(2) if shared])
def change(): shared.append(1)
def undo(): shared.pop()

# case: length
shared = [1, 2]
def look(): return len(shared)
def change(): shared.insert(0, 7)
def undo(): shared.pop(0)

# case: membership in a list
shared = [1, 2]
def look(): return 3 in shared
def change(): shared.append(3)
def undo(): shared.remove(3)

# case: membership in a dictionary
shared = {}
def look(): return "k" in shared
def change(): shared["k"] = 1
def undo(): del shared["k"]

# case: not in a set
shared = set()
def look(): return 3 not in shared
def change(): shared.add(3)
def undo(): shared.discard(3)

# case: membership with a computed key
shared = {}
def key(): return "k"
def look(): return key() in shared
def change(): shared[key()] = 1
def undo(): shared.pop(key())

# case: loop over a list
shared = [1, 2]
def look():
    total = 0
    for value in shared:
        total += value
    return total
def change(): shared.append(3)
def undo(): shared.pop()

# case: loop over a dictionary's items
shared = {"a": 1}
def look():
    total = 0
    for key, value in shared.items():
        total += value
    return total
def change(): shared["a"] = 5
def undo(): shared["a"] = 1

# case: loop over a dictionary's keys
shared = {"a": 1}
def look():
    try:
        return sum(len(key) for key in shared.keys())
    except RuntimeError:
        return -1
def change(): shared["b"] = 5
def undo(): del shared["b"]

# case: loop over values in a comprehension
shared = {"a": 1}
def look(): return str([value for value in shared.values()])
def change(): shared["a"] = 5
def undo(): shared["a"] = 1

# case: set comprehension
shared = [1, 2]
def look(): return len({value for value in shared})
def change(): shared.append(3)
def undo(): shared.pop()

# case: dictionary comprehension
shared = [(1, 2)]
def look(): return {a: b for a, b in shared}[1]
def change(): shared[0] = (1, 3)
def undo(): shared[0] = (1, 2)

# case: generator expression
shared = [1, 2]
def look(): return sum(value for value in shared)
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: reversed
shared = [1, 2]
def look(): return next(reversed(shared))
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: equality of lists
shared = [1, 2]
def look(): return shared == [1, 2]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: inequality, container on the right
shared = [1, 2]
def look(): return [1, 2] != shared
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: order of lists
shared = [1, 2]
def look(): return shared < [1, 3]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: subset
shared = {1, 2}
def look(): return shared <= {1, 2, 3}
def change(): shared.add(4)
def undo(): shared.remove(4)

# case: chained comparison
shared = [1, 2]
def look(): return [0] < shared < [1, 3]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: chained comparison of attributes
class Box: pass
box = Box()
box.n = 1
def look(): return 0 < box.n < 5
def change(): box.n = 7
def undo(): box.n = 1

# case: equality of containers in containers
shared = [[1], {"k": [2]}]
def look(): return shared == [[1], {"k": [2]}]
def change(): shared[1]["k"][0] = 5
def undo(): shared[1]["k"][0] = 2

# case: an item
shared = [1, 2]
def look(): return shared[1]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: an item from behind
shared = [1, 2]
def look(): return shared[-1]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: the last item, while the list grows
shared = [1, 2]
def look(): return shared[-1]
def change(): shared.append(5)
def undo(): shared.pop()

# case: an item with a computed index
shared = [1, 2]
def index(): return 1
def look(): return shared[index()]
def change(): shared[index()] = 5
def undo(): shared[index()] = 2

# case: an item of an item
shared = {"a": [1, 2]}
def look(): return shared["a"][0]
def change(): shared["a"][0] = 5
def undo(): shared["a"][0] = 1

# case: an item by a tuple
shared = {(0, 0): 1}
def look(): return shared[0, 0]
def change(): shared[0, 0] = 5
def undo(): shared[0, 0] = 1

# case: load of a slice
shared = [1, 2, 3]
def look(): return sum(shared[1:])
def change(): shared[2] = 5
def undo(): shared[2] = 3

# case: load of a slice with a step
shared = [1, 2, 3]
def look(): return sum(shared[::2])
def change(): shared[2] = 5
def undo(): shared[2] = 3

# case: store of a slice
shared = [1, 2, 3]
def look(): return shared[1]
def change(): shared[1:] = [5, 6]
def undo(): shared[1:] = [2, 3]

# case: store of a slice that inserts
shared = [1, 2, 3]
def look(): return len(shared)
def change(): shared[1:1] = [5]
def undo(): shared[1:2] = []

# case: del of a slice
shared = [1, 2, 3]
def look(): return len(shared)
def change(): del shared[1:]
def undo(): shared.extend([2, 3])

# case: del of an item
shared = [1, 2, 3]
def look(): return len(shared)
def change(): del shared[0]
def undo(): shared.insert(0, 1)

# case: in-place add of an item
shared = [1, 2]
def look(): return shared[1]
def change(): shared[1] += 5
def undo(): shared[1] -= 5

# case: in-place add of an item of an item
shared = {"a": {"b": 1}}
def look(): return shared["a"]["b"]
def change(): shared["a"]["b"] += 5
def undo(): shared["a"]["b"] -= 5

# case: in-place add of a slice
shared = [1, 2]
def look(): return len(shared)
def change(): shared[1:] += [3]
def undo(): shared.pop()

# case: in-place add to a list
shared = [1]
def look(): return len(shared)
def change():
    global shared
    shared += [2]
def undo(): shared.pop()

# case: in-place add to a list through a local name
shared = [1]
def look(): return len(shared)
def change():
    mine = shared
    mine += [2]
def undo(): shared.pop()

# case: in-place multiplication of a list
shared = [1]
def look(): return len(shared)
def change():
    mine = shared
    mine *= 2
def undo(): shared.pop()

# case: in-place union of a set
shared = {1}
def look(): return len(shared)
def change():
    mine = shared
    mine |= {2}
def undo():
    mine = shared
    mine -= {2}

# case: in-place merge of a dictionary
shared = {"a": 1}
def look(): return shared["a"]
def change():
    mine = shared
    mine |= {"a": 2}
def undo(): shared.update(a=1)

# case: in-place add in an attribute that is a list
class Box: pass
box = Box()
box.items = [1]
def look(): return len(box.items)
def change(): box.items += [2]
def undo(): box.items.pop()

# case: concatenation
shared = [1, 2]
def look(): return len(shared + [3])
def change(): shared.append(5)
def undo(): shared.pop()

# case: repetition
shared = [1, 2]
def look(): return len(shared * 2)
def change(): shared.append(5)
def undo(): shared.pop()

# case: union of sets
shared = {1}
def look(): return len(shared | {9})
def change(): shared.add(5)
def undo(): shared.remove(5)

# case: difference of sets
shared = {1}
def look(): return len({1, 5} - shared)
def change(): shared.add(5)
def undo(): shared.remove(5)

# case: intersection with a method
shared = {1}
def look(): return len({1, 5}.intersection(shared))
def change(): shared.add(5)
def undo(): shared.remove(5)

# case: symmetric difference in place
shared = {1}
def look(): return 5 in shared
def change(): shared.symmetric_difference_update([5])
def undo(): shared.symmetric_difference_update([5])

# case: merge of dictionaries
shared = {"a": 1}
def look(): return (shared | {"b": 2})["a"]
def change(): shared["a"] = 5
def undo(): shared["a"] = 1

# case: unpacking
shared = [1, 2]
def look():
    a, b = shared
    return b
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: starred unpacking
shared = [1, 2]
def look():
    a, *b = shared
    return len(b)
def change(): shared.append(5)
def undo(): shared.pop()

# case: unpacking inside a loop's target
shared = [[1, 2]]
def look():
    for a, b in shared:
        return b
def change(): shared[0][1] = 5
def undo(): shared[0][1] = 2

# case: star arguments
shared = [1, 2]
def total(*values): return sum(values)
def look(): return total(*shared)
def change(): shared.append(5)
def undo(): shared.pop()

# case: double star arguments
shared = {"a": 1}
def take(a): return a
def look(): return take(**shared)
def change(): shared["a"] = 5
def undo(): shared["a"] = 1

# case: star in a display
shared = [1, 2]
def look(): return len([*shared, 0])
def change(): shared.append(5)
def undo(): shared.pop()

# case: double star in a display
shared = {"a": 1}
def look(): return {**shared}["a"]
def change(): shared["a"] = 5
def undo(): shared["a"] = 1

# case: match on a sequence
shared = [1, 2]
def look():
    match shared:
        case [1, 2]:
            return "same"
        case _:
            return "other"
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: match on a mapping
shared = {"kind": "a"}
def look():
    match shared:
        case {"kind": "a"}:
            return "a"
        case _:
            return "other"
def change(): shared["kind"] = "b"
def undo(): shared["kind"] = "a"

# case: match on a nested sequence
shared = [[1], [2]]
def look():
    match shared:
        case [[1], [2]]:
            return "same"
        case _:
            return "other"
def change(): shared[1][0] = 5
def undo(): shared[1][0] = 2

# case: match on an object
class Point:
    __match_args__ = ("x",)
    def __init__(self): self.x = 1
shared = Point()
def look():
    match shared:
        case Point(1):
            return "same"
        case _:
            return "other"
def change(): shared.x = 5
def undo(): shared.x = 1

# case: match on attributes by name
class Point: pass
shared = Point()
shared.x = 1
def look():
    match shared:
        case Point(x=1):
            return "same"
        case _:
            return "other"
def change(): shared.x = 5
def undo(): shared.x = 1

# case: match that captures
class Point: pass
shared = Point()
shared.x = 1
def look():
    match shared:
        case Point(x=value):
            return value
def change(): shared.x = 5
def undo(): shared.x = 1

# case: walrus
shared = [1]
def look():
    if (n := len(shared)) > 1:
        return n
    return 0
def change(): shared.append(2)
def undo(): shared.pop()

# case: conditional expression
shared = []
def look(): return 1 if shared else 2
def change(): shared.append(2)
def undo(): shared.pop()

# case: lambda
shared = [1]
look = lambda: shared[0]
change = lambda: shared.__setitem__(0, 5)
undo = lambda: shared.__setitem__(0, 1)

# case: get with a default
shared = {}
def look(): return shared.get("k", 0)
def change(): shared["k"] = 1
def undo(): shared.pop("k")

# case: setdefault
shared = {}
def look(): return shared.get("k", 0)
def change(): shared.setdefault("k", 3)
def undo(): shared.popitem()

# case: setdefault of a list, then append
shared = {}
def look(): return len(shared.get("k", ()))
def change(): shared.setdefault("k", []).append(3)
def undo(): shared["k"].pop()

# case: update with pairs
shared = {"k": 0}
def look(): return shared["k"]
def change(): shared.update([("k", 1)])
def undo(): shared.update(k=0)

# case: sort in place
shared = [2, 1]
def look(): return shared[0]
def change(): shared.sort()
def undo(): shared.reverse()

# case: extend with itself
shared = [2, 1]
def look(): return shared.count(2)
def change(): shared.extend(shared)
def undo(): del shared[2:]

# case: index
shared = [2, 1]
def look(): return shared.index(1)
def change(): shared.reverse()
def undo(): shared.reverse()

# case: copy with a method
shared = [2, 1]
def look(): return shared.copy()[0]
def change(): shared[0] = 7
def undo(): shared[0] = 2

# case: join of text
shared = ["a", "b"]
def look(): return "".join(shared)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: join of a generator
shared = ["a", "b"]
def look(): return ",".join(s.upper() for s in shared)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: format strings
shared = ["a", "b"]
def look(): return f"{shared}"
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: format strings with !r and a format
shared = ["a", "b"]
def look(): return f"{shared!r:>20}"
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: percent
shared = ["a", "b"]
def look(): return "%s" % shared
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: percent with a mapping
shared = {"a": "b"}
def look(): return "%(a)s" % shared
def change(): shared["a"] = "c"
def undo(): shared["a"] = "b"

# case: percent with a tuple
shared = ["a", "b"]
def look(): return "%s %d" % (shared, 3)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: str.format
shared = ["a", "b"]
def look(): return "{} {[0]}".format(shared, shared)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: format_map
shared = {"a": "b"}
def look(): return "{a}".format_map(shared)
def change(): shared["a"] = "c"
def undo(): shared["a"] = "b"

# case: str
shared = ["a", "b"]
def look(): return str(shared)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: repr of a list in a tuple
shared = ["a", "b"]
pair = (1, shared)
def look(): return repr(pair)
def change(): shared[0] = "c"
def undo(): shared[0] = "a"

# case: a container in a container
shared = [[1]]
def look(): return shared[0][0]
def change(): shared[0] = [5]
def undo(): shared[0] = [1]

# case: an object in a container
class Box:
    def __init__(self): self.n = 1
boxes = {"k": Box()}
def look(): return boxes["k"].n
def change():
    for box in boxes.values():
        box.n += 5
def undo(): list(boxes.values())[0].n = 1

# case: a local alias
shared = [1]
def look():
    mine = shared
    return mine[0]
def change():
    mine = shared
    mine[0] = 5
def undo():
    mine = shared
    mine[0] = 1

# case: a nested function's argument
shared = [1]
def first(values): return values[0]
def store(values, value): values[0] = value
def look(): return first(shared)
def change(): store(shared, 5)
def undo(): store(shared, 1)

# case: a generator function
shared = [1, 2]
def walk():
    for value in shared:
        yield value
def look(): return sum(walk())
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: yield from
shared = [1, 2]
def walk():
    yield from shared
def look(): return sum(walk())
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: return in finally
shared = [1]
def look():
    try:
        pass
    finally:
        return shared[0]
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: identity of an item
a, b = object(), object()
shared = [a]
def look(): return shared[0] is a
def change(): shared[0] = b
def undo(): shared[0] = a
