# Uses CPU time: as many seconds as the argument says.
import sys
import time

while time.process_time() < float(sys.argv[1]):
    pass
