# Variables of a second file.

# case: a variable of a module
import shared
def look(): return shared.n
def change(): shared.n += 1
def undo(): shared.n -= 1
# file: shared.py
n = 1

# case: a variable of a module that its functions change
import shared
from shared import change, undo
def look(): return shared.n
# file: shared.py
n = 1
def change():
    global n
    n += 1
def undo():
    global n
    n -= 1

# case: a function of a module reads what the main file stores
import shared
from shared import look
def change(): shared.n = 5
def undo(): shared.n = 1
# file: shared.py
n = 1
def look(): return n

# case: a container imported by name
from shared import table
import shared
def look(): return shared.size()
def change(): table["k"] = 1
def undo(): del table["k"]
# file: shared.py
table = {}
def size(): return len(table)

# case: an object imported by name
from shared import box
import shared
def look(): return shared.box.n
def change(): box.n = 2
def undo(): box.n = 1
# file: shared.py
class Box:
    def __init__(self): self.n = 1
box = Box()

# case: a module under another name
import shared as other
def look(): return other.n
def change(): setattr(other, "n", 2)
def undo(): setattr(other, "n", 1)
# file: shared.py
n = 1

# case: a module in a variable
import shared
place = shared
def look(): return place.n
def change(): place.n = 2
def undo(): shared.n = 1
# file: shared.py
n = 1

# case: a class attribute of another file's class
from shared import Box
def look(): return Box.n
def change(): Box.n += 1
def undo(): Box.n -= 1
# file: shared.py
class Box:
    n = 1

# case: a function imported inside a function
def look():
    from shared import n
    return n
def change():
    import shared
    shared.n = 2
def undo():
    import shared
    shared.n = 1
# file: shared.py
n = 1
