# A file of a petabyte without contents.
import os

fd = os.open("/work/huge", os.O_CREAT | os.O_RDWR)
try:
    os.truncate(fd, 1 << 50)
    print("made")
except OSError as error:
    print(error.strerror)
