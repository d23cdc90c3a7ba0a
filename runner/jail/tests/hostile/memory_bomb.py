# Takes and touches more and more memory.
kept = []
while True:
    kept.append(bytearray(b"x") * (1 << 20))
