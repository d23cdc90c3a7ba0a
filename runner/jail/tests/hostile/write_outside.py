# Writes where it must not, makes devices and mounts, removes what it can see.
import os
import stat
import sys


def attempt(name, action):
    try:
        action()
        print("OPEN", name)
    except OSError as error:
        print("closed", name, error.strerror)


for folder in ["/", "/usr", "/usr/bin", "/dev", "/etc", "/root", "/home", *sys.argv[1:]]:
    path = os.path.join(folder, "heddle-was-here")
    attempt(path, lambda: open(path, "w").close())
    attempt(path + "/", lambda: os.mkdir(path))
attempt("unlink", lambda: os.unlink("/usr/bin/python3"))
attempt("chmod", lambda: os.chmod("/usr/bin", 0o777))
attempt("chmod device", lambda: os.chmod("/dev/null", 0))
attempt("block device", lambda: os.mknod("/tmp/disk", stat.S_IFBLK | 0o666, os.makedev(254, 0)))
attempt("link", lambda: os.link("/usr/bin/python3", "/tmp/python3"))
