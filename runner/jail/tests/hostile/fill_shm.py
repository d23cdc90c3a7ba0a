# Fills the folder of shared memory.
written = 0
try:
    with open("/dev/shm/x", "wb", buffering=0) as file:
        while True:
            written += file.write(b"x" * 65536)
except OSError as error:
    print(written, error.strerror)
