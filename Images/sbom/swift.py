"""What is linked into Convene's own program: Swift packages, and Swift's runtime."""

import glob
import json
import os
import re

RUNTIME_LICENCE = "Apache-2.0 WITH Swift-exception"


class SwiftPackage:
    def __init__(self, name, version, address, licence, text):
        self.name, self.version, self.address = name, version, address
        self.licence, self.text = licence, text


def licence_of(text):
    """The SPDX expression of a licence file, or None for one that is not known."""
    if "Apache License" in text and "Version 2.0" in text:
        return RUNTIME_LICENCE if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    return None


def linked_modules(build, product):
    """The modules whose objects were linked, by the linker's own list."""
    lists = glob.glob(os.path.join(build, "*", "release", f"{product}.product", "Objects.LinkFileList"))
    if not lists:
        raise ValueError(f"{build} has no release build of {product}: run Images/cross/build first")
    with open(max(lists, key=os.path.getmtime), encoding="utf-8") as file:
        return set(re.findall(r"/([^/\s]+)\.build/", file.read()))


def packages(build, product="convene"):
    """The packages of which something was linked."""
    with open(os.path.join(build, "workspace-state.json"), encoding="utf-8") as file:
        state = json.load(file)
    modules = linked_modules(build, product)
    result = []
    for dependency in state["object"]["dependencies"]:
        reference = dependency["packageRef"]
        checkout = os.path.join(build, "checkouts", dependency["subpath"])
        sources = os.listdir(os.path.join(checkout, "Sources")) if os.path.isdir(os.path.join(checkout, "Sources")) else []
        if not modules.intersection(sources):
            continue
        version = dependency["state"]["checkoutState"].get("version") or dependency["state"]["checkoutState"]["revision"]
        text = ""
        for file in sorted(glob.glob(os.path.join(checkout, "LICENSE*"))) + sorted(glob.glob(os.path.join(checkout, "NOTICE*"))):
            with open(file, encoding="utf-8", errors="replace") as content:
                text += content.read() + "\n"
        result.append(
            SwiftPackage(
                reference["identity"], version, reference["location"].removesuffix(".git"), licence_of(text) or "NOASSERTION", text
            )
        )
    return sorted(result, key=lambda package: package.name)
