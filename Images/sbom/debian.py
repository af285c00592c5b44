"""Debian packages: which there are, and what their copyright files say."""

import io
import os
import re
import subprocess
import tarfile


class Package:
    def __init__(self, name, version, architecture, checksum=None, place=None):
        self.name, self.version, self.architecture = name, version, architecture
        self.checksum, self.place = checksum, place
        self.copyright = None


def from_lock(path):
    """The lines of a lock file: name, version, size, SHA-256, place in Debian's archive."""
    packages = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 5:
                raise ValueError(f"{path}:{number}: a package has five words, this line has {len(words)}")
            name, version, _, checksum, place = words
            architecture = place.rsplit("_", 1)[-1].removesuffix(".deb")
            packages.append(Package(name, version, architecture, checksum, place))
    return packages


def from_status(path):
    """What dpkg holds as installed."""
    packages = []
    with open(path, encoding="utf-8") as file:
        for paragraph in file.read().split("\n\n"):
            fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", paragraph, flags=re.MULTILINE))
            if fields.get("Status", "").endswith(" installed"):
                packages.append(Package(fields["Package"], fields["Version"], fields["Architecture"]))
    return packages


def find_copyright(package, root, folder):
    """The copyright file, from the root file system, or from the package's file in the cache where it was trimmed away."""
    name = package.name
    for _ in range(4):
        document = os.path.join(root, "usr/share/doc", name) if root else ""
        file = os.path.join(document, "copyright")
        if root and os.path.isfile(file):
            with open(file, encoding="utf-8", errors="replace") as text:
                return text.read()
        # A package may share the folder of another one.
        if root and os.path.islink(document):
            name = os.path.basename(os.readlink(document))
        else:
            break
    if folder:
        version = package.version.replace(":", "%3a")
        return from_file(os.path.join(folder, f"{package.name}_{version}_{package.architecture}.deb"), folder)
    return None


def from_file(path, folder, depth=0):
    """The copyright file in a package's file."""
    if not os.path.isfile(path) or depth > 3:
        return None
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", path], check=True, capture_output=True).stdout
    linked = None
    with tarfile.open(fileobj=io.BytesIO(data)) as files:
        for member in files:
            if re.fullmatch(r"\./usr/share/doc/[^/]+/copyright", member.name) and member.isfile():
                return files.extractfile(member).read().decode("utf-8", "replace")
            if re.fullmatch(r"\./usr/share/doc/[^/]+(/copyright)?", member.name) and member.issym():
                linked = [part for part in member.linkname.split("/") if part not in ("..", "copyright")][-1]
    if linked:
        for other in sorted(os.listdir(folder)):
            if other.startswith(linked + "_"):
                return from_file(os.path.join(folder, other), folder, depth + 1)
    return None


def read_copyright(text):
    """The licence lines of a copyright file and the texts of its licences, by their names in small letters.

    A file in the machine-readable form (DEP-5) is read by its fields; of another one only the references to
    /usr/share/common-licenses are taken, which say no more than that such a licence is among them.
    """
    if re.match(r"\s*Format(-Specification)?:", text):
        lines, texts = [], {}
        for paragraph in re.split(r"\n\s*\n", text):
            match = re.search(r"^License:[ \t]*(.*(?:\n[ \t].*)*)", paragraph, flags=re.MULTILINE)
            if not match:
                continue
            short, _, rest = match.group(1).partition("\n")
            short = short.strip()
            if short and re.search(r"^Files:", paragraph, flags=re.MULTILINE):
                lines.append(short)
            if rest.strip():
                texts.setdefault(short.lower(), "\n".join(line.strip() for line in rest.split("\n")))
        if not lines:
            lines = list(texts)
        return lines, texts
    found = re.findall(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9.]+)?)", text)
    names = {name.rstrip(".") for name in found if name.rstrip(".") not in ("GPL", "LGPL", "BSD")}
    return sorted(names), {}
