#!/usr/bin/python3
"""reads.py DIRECTORY URL DIGEST CONNECTIONS: reads the file at the URL over and over, on so many connections that are never
closed, and compares what comes. As soon as one breaks or brings another byte, DIRECTORY/failed says why; DIRECTORY/count
says how many files came."""
import hashlib
import os
import socket
import sys
import threading
from urllib.parse import urlsplit

directory, url, digest, connections = sys.argv[1], urlsplit(sys.argv[2]), sys.argv[3], int(sys.argv[4])
request = f"GET {url.path} HTTP/1.1\r\nHost: {url.hostname}\r\n\r\n".encode()
lock, count = threading.Lock(), 0


def fail(why):
    with open(directory + "/failed", "w") as file:
        file.write(why + "\n")
    os._exit(1)


def read_one(connection):
    connection.sendall(request)
    stream = connection.makefile("rb")
    status = stream.readline()
    if b" 200 " not in status:
        raise OSError(f"status {status!r}")
    size, close = 0, False
    while (line := stream.readline().strip().lower()):
        size = int(line.split()[1]) if line.startswith(b"content-length:") else size
        close = close or line == b"connection: close"
    if hashlib.sha256(stream.read(size)).hexdigest() != digest or close:
        raise OSError("the connection was to be closed" if close else "other bytes came")


def read_on():
    global count
    try:
        connection = socket.create_connection((url.hostname, url.port or 80))
        while True:
            read_one(connection)
            with lock:
                count += 1
                with open(directory + "/count.new", "w") as file:
                    file.write(f"{count}\n")
                os.rename(directory + "/count.new", directory + "/count")
    except BaseException as error:
        fail(repr(error))


threads = [threading.Thread(target=read_on) for _ in range(connections)]
for thread in threads:
    thread.start()
