# has: in a circle
a, b = Lock(), Lock()
def first():
    with a, b: pass
def second():
    with b, a: pass
run(first, second)

# twin: in a circle behind a gate
a, b, gate = Lock(), Lock(), Lock()
def first():
    with gate, a, b: pass
def second():
    with gate, b, a: pass
run(first, second)

# has: three in a circle
a, b, c = Lock(), Lock(), Lock()
def first():
    with a, b: pass
def second():
    with b, c: pass
def third():
    with c, a: pass
run(first, second, third)

# twin: three, and the last one turns round
a, b, c = Lock(), Lock(), Lock()
def first():
    with a, b: pass
def second():
    with b, c: pass
def third():
    with a, c: pass
run(first, second, third)

# has: beside each other
a, b = Lock(), Lock()
def first():
    with a:
        with b: pass
def second():
    with b:
        with a: pass
run(first, second)

# twin: one after the other
a, b = Lock(), Lock()
def first():
    with a:
        with b: pass
def second():
    with b:
        with a: pass
run(first)
run(second)
