/** Two threads that lose an update when both read before either writes. */
export const LOST_UPDATE = `from threading import Thread

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def work():
    c.n += 1

one = Thread(target=work)
two = Thread(target=work)
one.start()
two.start()
one.join()
two.join()
print("total", c.n)
`;

/** Takes about four seconds of real time, and prints 0 to 39 on the way. */
export const SLOW = `import time
from threading import Lock, Thread

lock = Lock()

def work():
    for i in range(40):
        time.sleep(0.1)
        with lock:
            print("line", i)

t = Thread(target=work)
t.start()
t.join()
print("the end")
`;

/** Never ends, and does nothing that could be seen. */
export const FOREVER = `print("before")
while True:
    pass
`;

/** Prints without end. */
export const CHATTER = `while True:
    print("x" * 1000)
`;

/** Wrong at line 3. */
export const SYNTAX_ERROR = `import threading

def work(:
    pass
`;

/** Ends at once. */
export const HELLO = `print("hello")
`;

/**
 * No fault, and more orders than any budget: three threads that write one variable 20 times each. (With
 * os each execution is forked, so that there is time to watch.)
 */
export const ENDLESS_ORDERS = `import os
from threading import Thread

n = 0

def work():
    global n
    for _ in range(20):
        n = 1

threads = [Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
`;

/** Two threads; one can miss the wake-up of the other and then waits for ever. */
export const LOST_WAKEUP = `from threading import Condition, Thread

bell = Condition()
rung = False

def sleeper():
    if not rung:
        with bell:
            bell.wait()

def ringer():
    global rung
    with bell:
        rung = True
        bell.notify()

one = Thread(target=sleeper, name="sleeper")
two = Thread(target=ringer, name="ringer")
one.start()
two.start()
one.join()
two.join()
`;

/** Calls itself until Python has had enough. */
export const RECURSION = `def deeper(n):
    return deeper(n + 1)

deeper(0)
`;

/** Asks for more memory than there is. */
export const GLUTTON = `hoard = []
while True:
    hoard.append(bytearray(16 << 20))
`;

/** Longer than a program may be. */
export const TOO_LONG = "# far too long\n".repeat(6_000);

/** The repaired transfer of the lesson "Two locks, one deadlock". */
export const BANK_REPAIRED = `from threading import Lock, Thread


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance
        self.lock = Lock()


def transfer(payer, payee, amount):
    one, other = sorted([payer, payee], key=lambda account: account.owner)
    with one.lock:
        with other.lock:
            payer.balance -= amount
            payee.balance += amount


ada = Account("Ada", 100)
bo = Account("Bo", 100)

first = Thread(target=transfer, args=(ada, bo, 30), name="first")
second = Thread(target=transfer, args=(bo, ada, 20), name="second")
first.start()
second.start()
first.join()
second.join()
print(ada.balance, bo.balance)
`;

/** The same with the locks turned round in both transfers: still a deadlock. */
export const BANK_STILL_WRONG = BANK_REPAIRED.replace(
  "    one, other = sorted([payer, payee], key=lambda account: account.owner)\n",
  "    one, other = payee, payer\n",
);
