# Which descriptors are open, and what the third one holds.
import os

found = []
for number in range(256):
    try:
        os.fstat(number)
        found.append(number)
    except OSError:
        pass
print(found, *[os.pread(number, 10, 0).decode() for number in found if number > 2])
