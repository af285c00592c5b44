"""What is in an image or a package: sbom.spdx.json (SPDX 2.3), packages.txt and licences.txt.

python3 Images/sbom --name convene-qemu-arm64 --version 0.1.0 --root ROOT --build .image-out/cross/arm64/build --out FOLDER

The Debian packages are those of ROOT's dpkg, or of lock files (--lock). Copyright files are taken from ROOT, or from the
packages' own files (--debs) where they are not in it.
"""

import argparse
import hashlib
import json
import os
import sys
import time

import debian
import spdx
import swift
from licences import Licences

SWIFT_VERSION = "6.2.3"


def arguments():
    parser = argparse.ArgumentParser(prog="sbom", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", required=True, help="what it is of, such as convene-qemu-arm64")
    parser.add_argument("--version", required=True)
    parser.add_argument("--root", help="a root file system")
    parser.add_argument("--lock", action="append", default=[], help="a lock file, in place of ROOT's dpkg; more than once")
    parser.add_argument("--debs", help="the folder with the packages' files")
    parser.add_argument("--build", help="the folder in which Convene was built")
    parser.add_argument("--distribution", default="debian-13")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def debian_packages(options):
    if options.lock:
        found = [package for lock in options.lock for package in debian.from_lock(lock)]
    else:
        status = os.path.join(options.root or "/", "var/lib/dpkg/status")
        found = debian.from_status(status)
    unique = {(package.name, package.architecture): package for package in found}
    return [unique[key] for key in sorted(unique) if key[0] != "convene"]


def main():
    options = arguments()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    licences = Licences()
    root = spdx.identifier("Root", options.name)
    own = spdx.identifier("Convene")
    entries = [
        spdx.package(
            root, options.name, options.version, licence="GPL-3.0-or-later", supplier="Organization: The Convene authors",
            comment="As a whole under the GPL, because x264 is in it; each part has its own licence.",
        ),
        spdx.package(own, "convene", options.version, licence="Apache-2.0", supplier="Organization: The Convene authors"),
    ]
    relationships = [(root, "CONTAINS", own)]
    rows = [("convene", options.version, "-", "Apache-2.0")]
    texts = []

    if options.build:
        runtime = swift.SwiftPackage("swift", SWIFT_VERSION, "https://github.com/swiftlang/swift", swift.RUNTIME_LICENCE, "")
        for package in [runtime] + swift.packages(options.build):
            entry = spdx.swift(package)
            entries.append(entry)
            relationships.append((own, "STATIC_LINK", entry["SPDXID"]))
            rows.append((package.name, package.version, "swift", package.licence))
            texts.append((f"{package.name} {package.version}", package.text))

    decoder = os.path.join(options.root or "/", "usr/lib/convene/libavcodec")
    if os.path.exists(decoder + ".version"):
        with open(decoder + ".version", encoding="utf-8") as file:
            version = file.read().strip()
        with open(decoder + ".copyright", encoding="utf-8") as file:
            texts.append((f"ffmpeg {version}", file.read()))
        entry = spdx.identifier("FFmpeg")
        entries.append(
            spdx.package(
                entry, "ffmpeg", version, licence="LGPL-2.1-or-later", supplier="Organization: Debian",
                comment="libavcodec and libavutil with the H.264 decoder alone, built from Debian's source package.",
            )
        )
        relationships.append((root, "CONTAINS", entry))
        rows.append(("ffmpeg", version, "source", "LGPL-2.1-or-later"))

    without = []
    for package in debian_packages(options):
        text = debian.find_copyright(package, options.root, options.debs)
        if text is None:
            without.append(package.name)
            text = ""
        lines, named = debian.read_copyright(text)
        licence = licences.declared(lines, named)
        entry = spdx.debian(package, licence, options.distribution)
        entries.append(entry)
        relationships.append((root, "CONTAINS", entry["SPDXID"]))
        rows.append((package.name, package.version, package.architecture, licence))
        texts.append((f"{package.name} {package.version}", text))

    os.makedirs(options.out, exist_ok=True)
    document = spdx.document(options.name, options.version, entries, relationships, licences.references, epoch)
    with open(os.path.join(options.out, "sbom.spdx.json"), "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")
    with open(os.path.join(options.out, "packages.txt"), "w", encoding="utf-8") as file:
        for row in rows:
            file.write(" ".join(row[:3]) + "\t" + row[3] + "\n")
    write_licences(os.path.join(options.out, "licences.txt"), rows, texts, options.root)
    if without:
        print(f"sbom: no copyright file was found of: {' '.join(without)}", file=sys.stderr)
        return 1
    print(f"sbom: {len(rows)} packages, {len(licences.references)} licences without an SPDX name, in {options.out}", file=sys.stderr)
    return 0


def write_licences(path, rows, texts, root):
    """The list, then every text once."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("The licences of what is in here. As a whole it is distributed under the GNU General Public License,\n")
        file.write("version 3 or any later version; each part has its own licence, which follows.\n\n")
        for name, version, _, licence in rows:
            file.write(f"{name} {version}: {licence}\n")
        same = {}
        for title, text in texts:
            if text.strip():
                same.setdefault(hashlib.sha256(text.encode()).hexdigest(), (text, []))[1].append(title)
        for text, titles in same.values():
            file.write("\n" + "=" * 100 + "\n" + ", ".join(titles) + "\n" + "=" * 100 + "\n\n" + text.strip() + "\n")
        common = os.path.join(root, "usr/share/common-licenses") if root else "/usr/share/common-licenses"
        for name in sorted(os.listdir(common)) if os.path.isdir(common) else []:
            place = os.path.join(common, name)
            if os.path.isfile(place) and not os.path.islink(place):
                with open(place, encoding="utf-8", errors="replace") as text:
                    file.write("\n" + "=" * 100 + f"\n{name}\n" + "=" * 100 + "\n\n" + text.read().strip() + "\n")


sys.exit(main())
