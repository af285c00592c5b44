#!/usr/bin/env python3
"""Calls an address from the room, says what happens, and hangs up once it stands. Python's standard library only."""
import json, os, socket, sys

room = socket.socket(socket.AF_UNIX)
room.connect(os.environ.get("CONVENE_SOCKET", "/run/convene/control.sock"))

def send(number, method, **parameters):
    request = {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
    room.sendall(json.dumps(request).encode() + b"\n")

send(1, "events.subscribe", names=["call"])
send(2, "call.dial", address=sys.argv[1])
for line in room.makefile(encoding="utf-8"):
    message = json.loads(line)
    if "error" in message:
        sys.exit(message["error"]["message"])
    if message.get("method") == "event":
        name, data = message["params"]["event"], message["params"]["data"]
        print(name, data.get("name") or data["address"], flush=True)
        if name == "call.answered":
            send(3, "call.hangup", call=data["call"])
        if name == "call.ended":
            sys.exit(0 if data["reason"] == "The call was ended here." else data["reason"])
