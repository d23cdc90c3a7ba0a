# Functions written in C that are given a shared container, and methods that are kept or passed on.

# case: sum
shared = [1, 2]
def look(): return sum(shared)
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: max and min
shared = [1, 2]
def look(): return max(shared) - min(shared)
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: max with a key
shared = [1, 2]
def look(): return max(shared, key=lambda n: -n)
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: sorted
shared = [1, 2]
def look(): return sorted(shared)[0]
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: any and all
shared = [0, 0]
def look(): return any(shared) or all(shared)
def change(): shared[0] = 5
def undo(): shared[0] = 0

# case: list
shared = [1, 2]
def look(): return list(shared)[0]
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: tuple of a set
shared = {1}
def look(): return len(tuple(shared))
def change(): shared.add(5)
def undo(): shared.remove(5)

# case: dict of a dictionary
shared = {"a": 1}
def look(): return dict(shared)["a"]
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: dict with keywords of a dictionary
shared = {"a": 1}
def look(): return dict(**shared)["a"]
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: set of a list
shared = [1]
def look(): return len(set(shared))
def change(): shared.append(2)
def undo(): shared.pop()

# case: frozenset of a dictionary's values
shared = {"a": 1}
def look(): return 2 in frozenset(shared.values())
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: zip
shared = [1, 2]
def look(): return sum(a * b for a, b in zip(shared, [1, 10]))
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: dict of zip
shared = [1, 2]
def look(): return dict(zip("ab", shared))["b"]
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: map
shared = [1, 2]
def look(): return sum(map(abs, shared))
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: map that stores
shared = [1]
def look(): return len(shared)
def change(): list(map(shared.append, [2]))
def undo(): shared.pop()

# case: map of a method that reads
shared = {"a": 1}
def look(): return sum(map(shared.get, ["a"]))
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: map of a function of the program
shared = [1]
def double(n): return 2 * n
def look(): return sum(map(double, shared))
def change(): shared[0] = 4
def undo(): shared[0] = 1

# case: filter
shared = [1, 2]
def look(): return sum(filter(None, shared))
def change(): shared[1] = 0
def undo(): shared[1] = 2

# case: filter with a method of a container
shared = {1}
def look(): return len(list(filter(shared.__contains__, [1, 2])))
def change(): shared.add(2)
def undo(): shared.remove(2)

# case: enumerate
shared = [1, 2]
def look(): return sum(i * v for i, v in enumerate(shared))
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: a bound method in a variable
shared = [1]
add = shared.append
remove = shared.pop
def look(): return len(shared)
def change(): add(2)
def undo(): remove()

# case: a bound method in a local variable
shared = [1]
def look():
    count = shared.count
    return count(2)
def change():
    add = shared.append
    add(2)
def undo(): shared.pop()

# case: a bound method in an attribute
class Box:
    def __init__(self, items): self.add, self.size = items.append, items.__len__
shared = [1]
box = Box(shared)
def look(): return box.size()
def change(): box.add(2)
def undo(): shared.pop()

# case: a bound method in a container
shared = [1]
table = {"add": shared.append, "pop": shared.pop}
def look(): return len(shared)
def change(): table["add"](2)
def undo(): table["pop"]()

# case: a bound method as an argument
shared = [1]
def apply(function, *args): return function(*args)
def look(): return apply(shared.__getitem__, 0)
def change(): apply(shared.__setitem__, 0, 5)
def undo(): apply(shared.__setitem__, 0, 1)

# case: a bound method as a thread's target would be
shared = [1]
def look(): return len(shared)
def change():
    for act in (shared.append,):
        act(2)
def undo(): shared.pop()

# case: an unbound method
shared = [1]
def look(): return list.__len__(shared)
def change(): list.append(shared, 2)
def undo(): list.pop(shared)

# case: a method with getattr
shared = [1]
def look(): return len(shared)
def change(): getattr(shared, "append")(2)
def undo(): getattr(shared, "pop")()

# case: operator.itemgetter
from operator import itemgetter
shared = {"a": 1}
def look(): return itemgetter("a")(shared)
def change(): shared["a"] = 2
def undo(): shared["a"] = 1

# case: operator.attrgetter
from operator import attrgetter
class Box: pass
box = Box()
box.n = 1
get = attrgetter("n")
def look(): return get(box)
def change(): box.n = 2
def undo(): box.n = 1

# case: operator.attrgetter with a path
from operator import attrgetter
class Box: pass
box = Box()
box.inner = Box()
box.inner.n = 1
get = attrgetter("inner.n")
def look(): return get(box)
def change(): box.inner.n = 2
def undo(): box.inner.n = 1

# case: operator.methodcaller
from operator import methodcaller
shared = [1]
def look(): return methodcaller("count", 2)(shared)
def change(): methodcaller("append", 2)(shared)
def undo(): methodcaller("pop")(shared)

# case: operator.setitem
import operator
shared = [1]
def look(): return operator.getitem(shared, 0)
def change(): operator.setitem(shared, 0, 5)
def undo(): operator.setitem(shared, 0, 1)

# case: operator.iadd
import operator
shared = [1]
def look(): return operator.countOf(shared, 2)
def change(): operator.iadd(shared, [2])
def undo(): operator.delitem(shared, 1)

# case: operator.contains
import operator
shared = [1]
def look(): return operator.contains(shared, 2)
def change(): shared.append(2)
def undo(): shared.pop()

# case: operator.length_hint, truth, concat, eq
import operator
shared = [1]
def look(): return (operator.length_hint(shared), operator.truth(shared),
                    len(operator.concat(shared, [1])), operator.eq(shared, [1]))
def change(): shared.append(2)
def undo(): shared.pop()

# case: functools.reduce
from functools import reduce
shared = [1, 2]
def look(): return reduce(lambda a, b: a + b, shared)
def change(): shared[1] = 5
def undo(): shared[1] = 2

# case: functools.partial of a method
from functools import partial
shared = [1]
add = partial(shared.append, 2)
def look(): return len(shared)
def change(): add()
def undo(): shared.pop()

# case: functools.partial of a function in C
from functools import partial
shared = [1]
size = partial(len, shared)
def look(): return size()
def change(): shared.append(2)
def undo(): shared.pop()

# case: functools.partial of setattr
from functools import partial
class Box: pass
box = Box()
box.n = 1
def look(): return box.n
def change(): partial(setattr, box)("n", 2)
def undo(): partial(setattr, box, "n")(1)

# case: heapq.heappush
import heapq
shared = [1]
def look(): return shared[0]
def change(): heapq.heappush(shared, 0)
def undo(): heapq.heappop(shared)

# case: heappush by its own name
from heapq import heappush, heappop
shared = [1]
def look(): return len(shared)
def change(): heappush(shared, 0)
def undo(): heappop(shared)

# case: heappush in a variable
import heapq
push = heapq.heappush
shared = [1]
def look(): return len(shared)
def change(): push(shared, 0)
def undo(): heapq.heappop(shared)

# case: heapq.nsmallest and merge
import heapq
shared = [1]
def look(): return heapq.nsmallest(1, shared)[0] + next(heapq.merge(shared, [9]))
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: bisect.insort
import bisect
shared = [1, 5]
def look(): return bisect.bisect(shared, 3)
def change(): bisect.insort(shared, 2)
def undo(): shared.remove(2)

# case: json.dumps
import json
shared = {"a": [1]}
def look(): return json.dumps(shared)
def change(): shared["a"][0] = 2
def undo(): shared["a"][0] = 1

# case: json.dumps of a deep structure
import json
shared = {"a": {"b": {"c": {"d": {"e": [1]}}}}}
def look(): return json.dumps(shared)
def change(): shared["a"]["b"]["c"]["d"]["e"][0] = 2
def undo(): shared["a"]["b"]["c"]["d"]["e"][0] = 1

# case: repr of a deep structure
shared = [[[[[[1]]]]]]
inner = shared[0][0][0][0][0]
def look(): return repr(shared)
def change(): inner[0] = 2
def undo(): inner[0] = 1

# case: equality of deep structures
shared = [[[[[[1]]]]]]
inner = shared[0][0][0][0][0]
def look(): return shared == [[[[[[1]]]]]]
def change(): inner[0] = 2
def undo(): inner[0] = 1

# case: repr of a wide structure
shared = [[0] for _ in range(50)]
inner = shared[45]
def look(): return repr(shared)
def change(): inner[0] = 2
def undo(): inner[0] = 0

# case: copy.copy
import copy
shared = [1]
def look(): return copy.copy(shared)[0]
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: copy.copy of an object
import copy
class Box: pass
box = Box()
box.n = 1
def look(): return copy.copy(box).n
def change(): box.n = 2
def undo(): box.n = 1

# case: copy.deepcopy
import copy
shared = {"a": [1]}
def look(): return copy.deepcopy(shared)["a"][0]
def change(): shared["a"][0] = 2
def undo(): shared["a"][0] = 1

# case: copy.deepcopy of an object
import copy
class Box: pass
box = Box()
box.items = [1]
def look(): return copy.deepcopy(box).items[0]
def change(): box.items[0] = 2
def undo(): box.items[0] = 1

# case: pickle
import pickle
class Box: pass
box = Box()
box.n = 1
def look(): return len(pickle.dumps(box))
def change(): box.n = 100000
def undo(): box.n = 1

# case: random.choice of a shared list
import random
shared = [1]
def look(): return random.choice(shared)
def change(): shared[0] = 2
def undo(): shared[0] = 1

# case: random.shuffle
import random
shared = [1, 2, 3, 4, 5, 6]
def look(): return shared == [1, 2, 3, 4, 5, 6]
def change(): random.shuffle(shared)
def undo(): shared.sort()

# case: statistics.mean
import statistics
shared = [1, 3]
def look(): return statistics.mean(shared)
def change(): shared[1] = 5
def undo(): shared[1] = 3

# case: math.fsum
import math
shared = [1, 3]
def look(): return math.fsum(shared) + math.prod(shared)
def change(): shared[1] = 5
def undo(): shared[1] = 3

# case: itertools.chain
import itertools
shared = [1, 3]
def look(): return sum(itertools.chain(shared, [1]))
def change(): shared[1] = 5
def undo(): shared[1] = 3

# case: itertools.chain in a loop
import itertools
shared = [1, 3]
def look():
    total = 0
    for value in itertools.chain(shared, [1]):
        total += value
    return total
def change(): shared[1] = 5
def undo(): shared[1] = 3

# case: itertools.islice and accumulate
from itertools import islice, accumulate
shared = [1, 3]
def look(): return list(accumulate(islice(shared, 2)))[-1]
def change(): shared[1] = 5
def undo(): shared[1] = 3

# case: struct.pack_into
import struct
shared = bytearray(8)
def look(): return shared[0]
def change(): struct.pack_into("B", shared, 0, 7)
def undo(): struct.pack_into("B", shared, 0, 0)

# case: print
import io
shared = ["a"]
def look():
    out = io.StringIO()
    print(shared, file=out)
    return out.getvalue()
def change(): shared[0] = "b"
def undo(): shared[0] = "a"

# case: print with a star
import io
shared = ["a"]
def look():
    out = io.StringIO()
    print(*shared, file=out)
    return out.getvalue()
def change(): shared[0] = "b"
def undo(): shared[0] = "a"

# case: print into a shared file
import io
shared = io.StringIO()
def look(): return shared.getvalue()
def change(): print("b", end="", file=shared)
def undo():
    shared.seek(0)
    shared.truncate()

# case: a file in memory
import io
shared = io.StringIO()
def look(): return shared.getvalue()
def change(): shared.write("b")
def undo():
    shared.seek(0)
    shared.truncate()

# case: a bytes file in memory
import io
shared = io.BytesIO()
def look(): return shared.getvalue()
def change(): shared.write(b"b")
def undo():
    shared.seek(0)
    shared.truncate()

# case: sorted with a key that reads shared state
weights = {"a": 1, "b": 2}
def look(): return sorted(["a", "b"], key=weights.get)[0]
def change(): weights["a"] = 3
def undo(): weights["a"] = 1

# case: sorted with a method as key
weights = {"a": 1, "b": 2}
def look(): return sorted(["a", "b"], key=weights.__getitem__)[0]
def change(): weights["a"] = 3
def undo(): weights["a"] = 1

# case: max with a method of a container as key
weights = {"a": 1, "b": 2}
def look(): return max(weights, key=weights.get)
def change(): weights["a"] = 3
def undo(): weights["a"] = 1

# case: iter with a sentinel
shared = [1, 0]
def look():
    position = iter(range(9))
    return len(list(iter(lambda: shared[next(position)], 0)))
def change(): shared[0] = 0
def undo(): shared[0] = 1

# case: iter of a method with a sentinel
shared = [0, 1]
def look(): return len(shared)
def change(): list(iter(shared.pop, 0))
def undo(): shared.extend([0, 1])

# case: a shared iterator
shared = iter([5, 5, 7, 9, 9])
def look(): return next(shared)
def change(): next(shared)

# case: a shared iterator of a range
shared = iter(range(9))
def look(): return next(shared) // 2
def change(): next(shared)

# case: a shared iterator in a loop
shared = iter([5, 5, 7, 9, 9])
def look():
    for value in shared:
        return value
def change(): next(shared)

# case: a shared map
shared = map(abs, [5, 5, 7, 9, 9])
def look(): return next(shared)
def change(): next(shared)

# case: a shared zip
shared = zip([5, 5, 7, 9, 9])
def look(): return next(shared)[0]
def change(): next(shared)

# case: a shared enumerate
shared = enumerate([0, -1, 0, 0])
def look(): return sum(next(shared))
def change(): next(shared)

# case: a shared generator
def numbers():
    yield from (5, 5, 7, 9, 9)
shared = numbers()
def look(): return next(shared)
def change(): next(shared)

# case: a shared generator with send
def numbers():
    yield from (5, 5, 7, 9, 9)
shared = numbers()
def look(): return next(shared)
def change(): shared.__next__()

# case: a shared generator in a loop
def numbers():
    yield from (5, 5, 7, 9, 9)
shared = numbers()
def look():
    for value in shared:
        return value
def change():
    for value in shared:
        break

# case: exec
# unseen: exec
shared = [1]
def look(): return shared[0]
def change(): exec("shared[0] = 5")
def undo(): exec("shared[0] = 1")

# case: eval
# unseen: eval
shared = [1]
def look(): return eval("shared[0]")
def change(): shared[0] = 5
def undo(): shared[0] = 1

# case: exec in a variable
# unseen: exec
run = exec
shared = [1]
def look(): return shared[0]
def change(): run("shared[0] = 5")
def undo(): run("shared[0] = 1")

# case: compile and exec
# unseen: exec
code = compile("shared[0] = 5", "x", "exec")
shared = [1]
def look(): return shared[0]
def change(): exec(code)
def undo(): shared[0] = 1

# case: type() makes a class with shared state
# unseen: the store does not say that it is a class's
Box = type("Box", (), {"n": 1})
def look(): return Box.n
def change(): Box.n = 2
def undo(): Box.n = 1
