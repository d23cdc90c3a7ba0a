# has: a timeout saves it
changed = Condition()
def waiter():
    with changed: changed.wait(1)
def notifier():
    with changed: changed.notify()
run(waiter, notifier)

# twin: it looks before it waits
changed = Condition()
ready = False
def waiter():
    with changed: changed.wait_for(lambda: ready, 1)
def notifier():
    global ready
    with changed:
        ready = True
        changed.notify()
run(waiter, notifier)

# has: a second notify saves it
changed = Condition()
def waiter():
    with changed: changed.wait()
def notifier():
    with changed: changed.notify()
run(waiter, notifier, notifier)

# twin: it looks, and one of the two is enough
changed = Condition()
ready = False
def waiter():
    with changed:
        while not ready: changed.wait()
def notifier():
    global ready
    with changed:
        ready = True
        changed.notify()
run(waiter, notifier, notifier)
