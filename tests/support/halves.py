#!/usr/bin/python3
"""halves.py serve DIRECTORY, and elsewhere halves.py call DIRECTORY ADDRESS: two connections, each with one side closed, one
by the server and one by its client. When DIRECTORY/go is there (on both sides), the other side of each says its part; the
client's DIRECTORY/halves is then "whole". Standing there before, it says "half"."""
import os
import socket
import sys
import threading
import time

directory = sys.argv[2]
asked, answered = b"question" * 5000, b"answer" * 20000


def wait_for_word():
    while not os.path.exists(directory + "/go"):
        time.sleep(0.05)


def say(word):
    with open(directory + "/halves.new", "w") as file:
        file.write(word + "\n")
    os.rename(directory + "/halves.new", directory + "/halves")


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def closed_by_client(connection):
    question = read_all(connection)
    wait_for_word()
    connection.sendall(answered if question == asked else b"")
    connection.close()


def closed_by_server(connection):
    connection.sendall(answered)
    connection.shutdown(socket.SHUT_WR)
    say("whole" if read_all(connection) == asked else "broken")


def serve():
    for port, talk in ((9001, closed_by_client), (9002, closed_by_server)):
        listener = socket.create_server(("", port))
        threading.Thread(target=lambda listener=listener, talk=talk: talk(listener.accept()[0])).start()


def call(address):
    first = socket.create_connection((address, 9001))
    first.sendall(asked)
    first.shutdown(socket.SHUT_WR)
    second = socket.create_connection((address, 9002))
    heard = read_all(second)
    say("half")
    wait_for_word()
    second.sendall(asked)
    second.close()
    say("whole" if read_all(first) == answered == heard else "broken")


serve() if sys.argv[1] == "serve" else call(sys.argv[3])
