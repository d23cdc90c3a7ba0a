# expect: pass
# outcome: finished
# stdout: ["b'ab'\n"]
import os
import threading

reader, writer = os.pipe()

def work():
    os.write(writer, b"ab")
    os.close(writer)

thread = threading.Thread(target=work)
thread.start()
text = b""
while piece := os.read(reader, 10):
    text += piece
thread.join()
print(text)
