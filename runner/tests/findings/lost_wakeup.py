# has: wait without a look
changed = Condition()
def waiter():
    with changed:
        changed.wait()
def notifier():
    with changed:
        changed.notify()
run(waiter, notifier)

# twin: a look before the wait
changed = Condition()
ready = False
def waiter():
    with changed:
        while not ready:
            changed.wait()
def notifier():
    global ready
    with changed:
        ready = True
        changed.notify()
run(waiter, notifier)

# has: an event that is cleared again
door = Event()
def waiter():
    door.wait()
def opener():
    door.set()
    door.clear()
run(waiter, opener)

# twin: an event that stays
door = Event()
def waiter():
    door.wait()
def opener():
    door.clear()
    door.set()
run(waiter, opener)
