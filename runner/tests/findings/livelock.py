# has: a flag that nobody sets
done = False
def waiter():
    while not done: pass
def other():
    pass
run(waiter, other)

# twin: a flag that somebody sets
done = False
def waiter():
    while not done: pass
def other():
    global done
    done = True
run(waiter, other)

# has: the turn goes to nobody
turn = 0
def zero():
    global turn
    while turn != 0: pass
    turn = 2
def one():
    global turn
    while turn != 1: pass
    turn = 0
run(zero, one)

# twin: the turn goes to the other
turn = 0
def zero():
    global turn
    while turn != 0: pass
    turn = 1
def one():
    global turn
    while turn != 1: pass
    turn = 0
run(zero, one)
