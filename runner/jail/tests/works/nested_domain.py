# A fork server's child forbids itself to signal anybody outside of its own Landlock domain, then
# kills everyone that it can.
import ctypes
import os
import signal

CREATE_RULESET, RESTRICT_SELF, SCOPE_SIGNAL = 444, 446, 2

if os.fork() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    attributes = (ctypes.c_uint64 * 3)(0, 0, SCOPE_SIGNAL)
    ruleset = libc.syscall(CREATE_RULESET, attributes, 24, 0)
    print(libc.syscall(RESTRICT_SELF, ruleset, 0), flush=True)
    if os.fork() == 0:
        signal.pause()
    os.kill(-1, signal.SIGKILL)
    print("own child:", os.wait()[1], flush=True)
    os._exit(0)
print("child of the server:", os.wait()[1])
