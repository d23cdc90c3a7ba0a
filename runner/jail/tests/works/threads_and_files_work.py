# Threads, TCP on the private loopback, asyncio, a child program, files.
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading

count, lock = 0, threading.Lock()


def add():
    global count
    for _ in range(1000):
        with lock:
            count += 1


threads = [threading.Thread(target=add) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.sendall(b"hello")
received = server.accept()[0].recv(5)


async def both():
    return await asyncio.gather(asyncio.sleep(0, "a"), asyncio.sleep(0, "b"))


child = subprocess.run([sys.executable, "-c", "print('child')"], capture_output=True, text=True)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "x")
    with open(path, "w") as file:
        file.write("text")
    os.rename(path, "/tmp/y")
print(count, received, asyncio.run(both()), child.stdout.strip(), open("/tmp/y").read())
