"""An SPDX 2.3 document as JSON."""

import hashlib
import re
import time
import urllib.parse


def identifier(*words):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(words)).strip("-")


def package(reference, name, version, *, place=None, licence="NOASSERTION", checksum=None, purl=None, supplier=None, comment=None):
    result = {
        "SPDXID": reference,
        "name": name,
        "versionInfo": version,
        "supplier": supplier or "NOASSERTION",
        "downloadLocation": place or "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
    }
    if checksum:
        result["checksums"] = [{"algorithm": "SHA256", "checksumValue": checksum}]
    if purl:
        result["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}
        ]
    if comment:
        result["comment"] = comment
    return result


def debian(entry, licence, distribution):
    purl = (
        f"pkg:deb/debian/{urllib.parse.quote(entry.name, safe='')}@{urllib.parse.quote(entry.version, safe='')}"
        f"?arch={entry.architecture}&distro={distribution}"
    )
    return package(
        identifier("Debian", entry.name, entry.architecture), entry.name, entry.version,
        licence=licence, checksum=entry.checksum, purl=purl, supplier="Organization: Debian",
    )


def swift(entry):
    address = urllib.parse.urlparse(entry.address)
    purl = f"pkg:swift/{address.netloc}{address.path}@{entry.version}" if address.netloc else None
    return package(
        identifier("Swift", entry.name), entry.name, entry.version, place=f"git+{entry.address}@{entry.version}" if purl else None,
        licence=entry.licence, purl=purl,
    )


def document(name, version, packages, relationships, references, epoch):
    described = identifier("Root", name)
    content = "\n".join(f"{entry['name']} {entry['versionInfo']}" for entry in packages)
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    result = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{name}-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{version}-{digest}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "creators": ["Tool: convene-sbom", "Organization: The Convene authors"],
        },
        "documentDescribes": [described],
        "packages": packages,
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": described}
        ] + [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in relationships
        ],
    }
    if references:
        result["hasExtractedLicensingInfos"] = [
            {
                "licenseId": reference, "name": held["name"],
                "extractedText": held["text"] or f"The licence that Debian's copyright files call {held['name']}.",
            }
            for reference, held in sorted(references.items())
        ]
    return result
