# Ten gigabytes of output.
import os

line = b"x" * 65535 + b"\n"
for _ in range(10 * 1024 * 1024 * 1024 // len(line)):
    os.write(1, line)
