#!/usr/bin/env python3
"""modules.py TREE TARGET ORDER LIST…: copies the kernel modules that the lists name, and those they need, from TREE to
TARGET, unpacked (the file system packs them itself); writes the initramfs' ones to ORDER, each after what it needs.

A name that the kernel does not have is an error, unless it is built in.
"""

import lzma
import pathlib
import re
import sys

tree, target, order = (pathlib.Path(argument) for argument in sys.argv[1:4])


def name(path):
    return re.sub(r"\.ko(\.xz)?$", "", path.split("/")[-1]).replace("-", "_")


needs, paths = {}, {}
for line in (tree / "modules.dep").read_text().splitlines():
    path, _, rest = line.partition(":")
    paths[name(path)] = path
    needs[name(path)] = [name(other) for other in rest.split()]
built_in = {name(line) for line in (tree / "modules.builtin").read_text().splitlines()}
soft = {}
for line in (tree / "modules.softdep").read_text().splitlines():
    words = line.split()
    if len(words) > 2 and words[0] == "softdep":
        soft.setdefault(words[1].replace("-", "_"), []).extend(
            word.replace("-", "_") for word in words[2:] if not word.endswith(":"))

early, wanted, unknown = [], [], []
for list_file in sys.argv[4:]:
    for line in pathlib.Path(list_file).read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        module = words[-1].replace("-", "_")
        if module not in paths:
            if module not in built_in:
                unknown.append(f"{words[-1]} ({list_file})")
            continue
        wanted.append(module)
        if words[0] == "initramfs":
            early.append(module)
if unknown:
    sys.exit(f"modules.py: the kernel has no module {', '.join(unknown)}")


def with_needs(modules, also_soft=False):
    found = []

    def visit(module):
        if module in found or module not in paths:
            return
        # modules.dep lists what is needed, the last of it first to be loaded.
        for other in reversed(needs[module]):
            visit(other)
        if also_soft:
            for other in soft.get(module, []):
                visit(other)
        if module not in found:
            found.append(module)

    for module in modules:
        visit(module)
    return found


def unpacked(path):
    return re.sub(r"\.xz$", "", path)


for module in with_needs(wanted, also_soft=True):
    source, destination = tree / paths[module], target / unpacked(paths[module])
    destination.parent.mkdir(parents=True, exist_ok=True)
    data = source.read_bytes()
    destination.write_bytes(lzma.decompress(data) if source.suffix == ".xz" else data)
order.write_text("".join(f"usr/lib/modules/{tree.name}/{unpacked(paths[module])}\n" for module in with_needs(early)))
