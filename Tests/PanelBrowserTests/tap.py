"""A wire between the panel and its room that writes down what the room is told to show: the pairing codes.

usage: tap.py SOCKET-TO-MAKE SOCKET-OF-THE-ROOM FILE-FOR-CODES
Nothing else may read a code but people in front of the screen, so the test reads it where it goes to the screen.
"""

import json
import os
import socket
import sys
import threading


def note(line, codes):
    try:
        request = json.loads(line)
    except ValueError:
        return
    code = request.get("params", {}).get("code") if request.get("method") == "panel.pairing" else None
    if code:
        with open(codes, "a", encoding="utf-8") as file:
            file.write(code + "\n")


def forward(source, target, codes=None):
    rest = b""
    while part := source.recv(65536):
        if codes:
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                note(line, codes)
        target.sendall(part)
    target.shutdown(socket.SHUT_WR)


def main():
    path, room, codes = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path + ".new")
    listener.listen(8)
    os.rename(path + ".new", path)
    while True:
        panel, _ = listener.accept()
        far = socket.socket(socket.AF_UNIX)
        far.connect(room)
        threading.Thread(target=forward, args=(panel, far, codes), daemon=True).start()
        threading.Thread(target=forward, args=(far, panel), daemon=True).start()


if __name__ == "__main__":
    main()
