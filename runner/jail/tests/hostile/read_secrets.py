# Reads what is not its business: the host's passwords, the paths in the arguments, /proc.
import os
import sys

paths = ["/etc/shadow", "/etc/passwd", "/proc/1/environ", "/proc/self/mountinfo", "/sys", "/root"]
for path in paths + sys.argv[1:]:
    try:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            open(path, "rb").read()
        print("OPEN", path)
    except OSError as error:
        print("closed", path, error.strerror)
