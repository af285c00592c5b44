#!/usr/bin/python
# Copyright (c) The Convene authors
# SPDX-License-Identifier: Apache-2.0
"""Gives a Convene meeting room its settings over ssh."""

from __future__ import annotations

DOCUMENTATION = r"""
module: room
short_description: Settings of a Convene meeting room
description:
  - Applies the whole settings of a room as a new revision; nothing happens when nothing differs.
  - Runs on the admin's machine and reaches the room through the ssh program, as the account C(provision).
  - The room checks the file before anything changes, and says what is wrong by line.
options:
  host:
    description: Where the room is reached.
    type: str
    required: true
  settings:
    description: The settings as C(room.yaml) has them. One of I(settings) and I(src) is needed.
    type: dict
  src:
    description: A C(room.yaml) on the admin's machine.
    type: path
  user:
    description: The account on the room.
    type: str
    default: provision
  port:
    description: The port of the room's ssh.
    type: int
  ssh:
    description: The ssh program and its first arguments.
    type: list
    elements: str
    default: [ssh]
  ssh_options:
    description: Options for ssh, each as after C(-o).
    type: list
    elements: str
    default: []
  confirm_within:
    description:
      - Seconds within which the change is confirmed over a new connection; the old settings come back by themselves
        when that cannot be done, as with a wrong network setting. 0 for no way back.
    type: int
    default: 120
  confirm_at:
    description: Where the room is reached once its network changed; I(host) otherwise.
    type: str
  message:
    description: Why, for the room's history.
    type: str
    default: ansible
attributes:
  check_mode: {support: full}
  diff_mode: {support: full}
author: [The Convene authors]
"""

EXAMPLES = r"""
- name: The room has its settings
  convene.room.room:
    host: "{{ inventory_hostname }}"
    settings: "{{ room_defaults | combine(room, recursive=True) }}"
"""

RETURN = r"""
revision: {description: The revision that holds., type: int, returned: success}
changes: {description: What changed setting by setting, without secrets., type: list, elements: dict, returned: success}
complaints: {description: What the system did not take., type: list, elements: str, returned: success}
"""

import getpass
import json
import socket
import subprocess
import time
from urllib.parse import quote

from ansible.module_utils.basic import AnsibleModule

UNREACHED = 255


def words_of(module, host):
    """The command line up to the room's words."""
    words = list(module.params["ssh"]) + ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]
    words += ["-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "ControlPath=none"]
    for option in module.params["ssh_options"]:
        words += ["-o", option]
    if module.params["port"]:
        words += ["-p", str(module.params["port"])]
    user = module.params["user"]
    return words + ["--", f"{user}@{host}" if user else host]


def ask(module, host, request, text=b""):
    """One request over a connection of its own: the exit code, the answer, and what was said besides."""
    command = words_of(module, host) + request + ["--json"]
    done = subprocess.run(command, input=text, capture_output=True, check=False)
    lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else {}
    except ValueError:
        answer = {}
    return done.returncode, answer, done.stderr.decode("utf-8", "replace").strip()


def reason(status, answer, errors):
    """Why it was refused, in the room's words or in ssh's."""
    told = answer.get("error", {}).get("message")
    if told:
        return told
    said = errors.splitlines()[-1:] or [f"the room ended with {status} and did not say why"]
    return ("the room cannot be reached: " if status == UNREACHED else "") + said[0]


def lines_of(changes, which):
    """One side of the difference as text."""
    return "".join(
        f"{change['path']}: {json.dumps(change[which], ensure_ascii=False)}\n"
        for change in changes
        if change[which] is not None
    )


def settings_of(module):
    """The file that is sent, as bytes. JSON is YAML, and nothing in it can be taken for something else."""
    if module.params["src"]:
        with open(module.params["src"], "rb") as file:
            return file.read()
    settings = module.params["settings"]
    return "".join(
        f"{name}: {json.dumps(settings[name], ensure_ascii=False, sort_keys=True)}\n" for name in sorted(settings)
    ).encode()


def apply(module, text, base):
    """Applies and, where it is wanted, confirms; gives the room's answer."""
    host = module.params["host"]
    within = module.params["confirm_within"]
    author = f"{getpass.getuser()}@{socket.gethostname()}"
    request = ["apply", f"--base={base}", f"--length={len(text)}"]
    request += [f"--message={quote(module.params['message'], safe='')}", f"--author={quote(author, safe='')}"]
    if within:
        request.append(f"--confirm-within={within}")
    deadline = time.monotonic() + within
    status, answer, errors = ask(module, host, request, text)
    if status not in (0, UNREACHED):
        module.fail_json(msg=reason(status, answer, errors))
    again = module.params["confirm_at"] or host
    if status == UNREACHED:
        # The connection broke while it was applied, as when the network changes: ask what holds now.
        while True:
            status, found, errors = ask(module, again, ["status"])
            if status == 0:
                break
            if time.monotonic() > deadline:
                module.fail_json(msg=reason(status, found, errors))
            time.sleep(1)
        number = (found.get("revision") or {}).get("number", 0)
        if number == base:
            module.fail_json(msg="the connection broke before the settings were applied; they are as they were")
        answer = {"revision": number}
    while within:
        status, confirmed, errors = ask(module, again, ["confirm", str(answer["revision"])])
        if status == 0:
            break
        if status != UNREACHED or time.monotonic() > deadline:
            module.fail_json(msg=reason(status, confirmed, errors) + "; the old settings come back by themselves")
        time.sleep(1)
    return answer


def main():
    """The module."""
    module = AnsibleModule(
        argument_spec={
            "host": {"type": "str", "required": True},
            "settings": {"type": "dict"},
            "src": {"type": "path"},
            "user": {"type": "str", "default": "provision"},
            "port": {"type": "int"},
            "ssh": {"type": "list", "elements": "str", "default": ["ssh"]},
            "ssh_options": {"type": "list", "elements": "str", "default": []},
            "confirm_within": {"type": "int", "default": 120},
            "confirm_at": {"type": "str"},
            "message": {"type": "str", "default": "ansible"},
        },
        mutually_exclusive=[("settings", "src")],
        required_one_of=[("settings", "src")],
        supports_check_mode=True,
    )
    if module.params["host"].startswith("-"):
        module.fail_json(msg="host must not begin with a dash")
    text = settings_of(module)
    request = ["apply", "--dry-run", f"--length={len(text)}"]
    status, preview, errors = ask(module, module.params["host"], request, text)
    if status != 0 or not preview.get("ok"):
        module.fail_json(msg=reason(status, preview, errors), issues=preview.get("error", {}).get("issues", []))
    changes = preview["changes"]
    result = {
        "changed": bool(changes or preview["text_differs"]),
        "changes": changes,
        "complaints": [],
        "revision": preview["base"],
        "diff": {"before": lines_of(changes, "old"), "after": lines_of(changes, "new")},
    }
    if result["changed"] and not module.check_mode:
        answer = apply(module, text, preview["base"])
        result["revision"] = answer["revision"]
        result["complaints"] = answer.get("complaints", [])
        for complaint in result["complaints"]:
            module.warn(complaint)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
