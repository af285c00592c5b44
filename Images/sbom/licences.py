"""Licences as Debian's copyright files name them, in SPDX's words."""

import re

# Debian's short names (DEP-5) that SPDX spells otherwise; a "+" or "only" is dealt with by rule.
SPELLINGS = {
    "expat": "MIT",
    "mit": "MIT",
    "mit/x": "MIT",
    "x11": "X11",
    "isc": "ISC",
    "zlib": "Zlib",
    "libpng": "Libpng",
    "curl": "curl",
    "ftl": "FTL",
    "openssl": "OpenSSL",
    "ssleay": "OpenSSL",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd-4-clause": "BSD-4-Clause",
    "bsd-4-clause-uc": "BSD-4-Clause-UC",
    "bsd": "BSD-3-Clause",
    "apache-2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "artistic": "Artistic-1.0-Perl",
    "artistic-1": "Artistic-1.0-Perl",
    "artistic-2": "Artistic-2.0",
    "artistic-2.0": "Artistic-2.0",
    "ofl-1.1": "OFL-1.1",
    "sil-1.1": "OFL-1.1",
    "cc0-1.0": "CC0-1.0",
    "cc0": "CC0-1.0",
    "cc-by-sa-3.0": "CC-BY-SA-3.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-3.0": "CC-BY-3.0",
    "psf-2": "PSF-2.0",
    "python-2.0": "Python-2.0",
    "unicode": "Unicode-DFS-2016",
    "unlicense": "Unlicense",
    "wtfpl": "WTFPL",
    "wtfpl-2": "WTFPL",
    "fsfap": "FSFAP",
    "fsfullr": "FSFULLR",
    "fsful": "FSFUL",
    "ijg": "IJG",
    "bzip2": "bzip2-1.0.6",
    "bzip2-1.0.6": "bzip2-1.0.6",
    "0bsd": "0BSD",
    "bsl-1.0": "BSL-1.0",
    "hpnd": "HPND",
    "icu": "ICU",
    "ntp": "NTP",
    "vim": "Vim",
    "mit-0": "MIT-0",
    "beerware": "Beerware",
    "tcl": "TCL",
    "bitstream-vera": "Bitstream-Vera",
}
FAMILIES = {"gpl": "GPL", "lgpl": "LGPL", "agpl": "AGPL", "gfdl": "GFDL", "mpl": "MPL"}
VERSIONED = re.compile(r"^(a?l?gpl|gfdl|mpl)-?v?(\d(?:\.\d)*)(\+|-or-later|-only)?(-or-later|-only)?$")


class Licences:
    """Turns names into expressions and keeps the texts of those that SPDX has no name for."""

    def __init__(self):
        self.references = {}

    def one(self, name, text=""):
        """The SPDX identifier of one Debian short name; a LicenseRef when SPDX has none."""
        word = name.strip().lower().rstrip(".,;")
        if word in SPELLINGS:
            return SPELLINGS[word]
        match = VERSIONED.match(word)
        if match:
            family, version, later, _ = match.groups()
            version = version if "." in version else version + ".0"
            while version.count(".") > 1 and version.endswith(".0"):
                version = version[:-2]
            if family == "mpl":
                return f"MPL-{version}"
            return f"{FAMILIES[family]}-{version}-" + ("only" if later in (None, "-only") else "or-later")
        identifier = "LicenseRef-Debian-" + (re.sub(r"[^A-Za-z0-9.-]+", "-", name.strip().replace("+", "-or-later")).strip("-.") or "unnamed")
        held = self.references.setdefault(identifier, {"name": name.strip() or "unnamed", "text": ""})
        if text and not held["text"]:
            held["text"] = text
        return identifier

    def expression(self, said, texts=None):
        """One "License:" line, such as "GPL-2+ or Expat and BSD-3-clause"; "," binds weakest (DEP-5)."""
        texts = texts or {}
        whole = " ".join(said.split())
        groups = [group for group in re.split(r",\s*(?:and\s+)?", whole) if group]
        parts = []
        for group in groups:
            choices = []
            for choice in re.split(r"\s+or\s+", group, flags=re.IGNORECASE):
                names = re.split(r"\s+and\s+", choice, flags=re.IGNORECASE)
                found = sorted({self.one(name, texts.get(name.strip().lower(), "")) for name in names if name.strip()})
                if found:
                    choices.append(" AND ".join(found) if len(found) == 1 else "(" + " AND ".join(found) + ")")
            choices = list(dict.fromkeys(choices))
            if choices:
                parts.append(choices[0] if len(choices) == 1 else "(" + " OR ".join(choices) + ")")
        return parts

    def declared(self, lines, texts=None):
        """All of a package's licences as one expression; "NOASSERTION" when none is known."""
        parts = sorted({part for line in lines for part in self.expression(line, texts)})
        if not parts:
            return "NOASSERTION"
        return " AND ".join(parts)
