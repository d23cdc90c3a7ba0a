# has: looked at in one block, taken in another
stock = 1
lock = Lock()
def buy():
    global stock
    with lock:
        is_there = stock > 0
    if is_there:
        with lock:
            stock -= 1
run(buy, buy)

# twin: looked at and taken in one block
stock = 1
lock = Lock()
def buy():
    global stock
    with lock:
        is_there = stock > 0
        if is_there:
            stock -= 1
run(buy, buy)

# has: a lock in each method
class Shop:
    def __init__(self):
        self.stock = 1
        self.lock = Lock()
    def has(self):
        with self.lock:
            return self.stock > 0
    def take(self):
        with self.lock:
            self.stock -= 1
shop = Shop()
def buy():
    if shop.has():
        shop.take()
run(buy, buy)

# twin: one method that does both
class Shop:
    def __init__(self):
        self.stock = 1
        self.lock = Lock()
    def take(self):
        with self.lock:
            if self.stock > 0:
                self.stock -= 1
shop = Shop()
def buy():
    shop.take()
run(buy, buy)

# has: the same, each method in one line
class Shop:
    def __init__(self):
        self.stock = 1
        self.lock = Lock()
    def has(self):
        with self.lock: return self.stock > 0
    def take(self):
        with self.lock: self.stock -= 1
shop = Shop()
def buy():
    if shop.has(): shop.take()
run(buy, buy)

# twin: looked at for nothing
class Shop:
    def __init__(self):
        self.stock = 1
        self.lock = Lock()
    def has(self):
        with self.lock: return self.stock > 0
    def take(self):
        with self.lock: self.stock -= 1
shop = Shop()
def buy():
    shop.has()
    shop.take()
run(buy, buy)
