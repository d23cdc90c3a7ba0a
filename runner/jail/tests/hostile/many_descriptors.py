# Opens the same file again and again.
import os

kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(len(kept) + 3, error.strerror)
