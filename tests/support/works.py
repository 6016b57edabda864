#!/usr/bin/python3
"""works.py DIRECTORY: sends numbers in a circle through what a Python program holds: threads, pipes, sockets, a child,
shared memory, timers, deleted files. As soon as one does not come back as it went out, DIRECTORY/failed says why;
DIRECTORY/count says how far it is."""
import fcntl
import mmap
import multiprocessing
import os
import queue
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from multiprocessing import shared_memory

directory = sys.argv[1]


def fail(why):
    with open(directory + "/failed", "w") as file:
        file.write(why + "\n")
    os._exit(1)


def must(truth, why):
    if not truth:
        fail(why)


def guarded(work):
    def run(*arguments):
        try:
            work(*arguments)
        except BaseException as error:  # whatever it is, it is the end
            fail(repr(error))

    return run


@guarded
def pass_on(take, put):
    while True:
        put(take())


@guarded
def mirror(connection, name):
    memory = shared_memory.SharedMemory(name)
    while True:
        number = connection.recv()
        must(int.from_bytes(memory.buf[:8], "little") == number, "shared memory has another number")
        connection.send(number)


def line_of(number):
    return b"%019d\n" % number


def check_file(file, number):
    slot = number % 4096 * 20
    file.seek(slot)
    file.write(line_of(number))
    if number > 1:
        file.seek((number - 1) % 4096 * 20)
        must(file.read(20) == line_of(number - 1), "a file does not hold what was written")


def say(count):
    with open(directory + "/count.new", "w") as file:
        file.write(f"{count}\n")
    os.rename(directory + "/count.new", directory + "/count")


def named_socket():
    path = directory + "/socket"
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return listener, client, listener.accept()[0]


@guarded
def main():
    own, ticks = os.getpid(), [0]

    def tick(*_):
        ticks[0] += 1

    signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    memory = shared_memory.SharedMemory(create=True, size=4096)
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=mirror, args=(theirs, memory.name), daemon=True)
    child.start()

    locked = open(directory + "/locked", "w")
    fcntl.lockf(locked, fcntl.LOCK_EX)
    files = [tempfile.TemporaryFile(dir=directory), open(directory + "/deleted", "w+b"), open(directory + "/file", "w+b")]
    os.unlink(directory + "/deleted")
    private = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

    out, into = os.pipe()
    _listener, client, server = named_socket()
    crossing, back = queue.Queue(), queue.Queue()
    steps = [
        (crossing.get, lambda number: os.write(into, line_of(number))),
        (lambda: os.read(out, 20), client.sendall),
        (lambda: server.recv(20, socket.MSG_WAITALL), lambda line: back.put(int(line))),
    ]
    for step in steps:
        threading.Thread(target=pass_on, args=step, daemon=True).start()

    poll = select.epoll()
    poll.register(out, select.EPOLLPRI)
    count, clock = 0, time.monotonic()
    while True:
        count += 1
        must(time.monotonic() >= clock, "the clock went back")
        clock = time.monotonic()
        crossing.put(count)
        must(back.get() == count, "another number came back")
        for file in files:
            check_file(file, count)
        private.seek(count * 8 % (1 << 20))
        private.write(count.to_bytes(8, "little"))
        memory.buf[:8] = count.to_bytes(8, "little")
        ours.send(count)
        must(ours.recv() == count, "the child has another number")
        must(os.getpid() == own and child.is_alive(), "it is another process")
        say(count)
        before = ticks[0]
        while ticks[0] == before:
            poll.poll(0.01)


main()
