import threading


class Counter:
    def __init__(self):
        self.value = 0


counter = Counter()


def visit():
    counter.value += 1


visitors = [threading.Thread(target=visit, name=f"visitor {n}") for n in (1, 2)]
for visitor in visitors:
    visitor.start()
for visitor in visitors:
    visitor.join()

print(counter.value, "visits")
assert counter.value == 2
