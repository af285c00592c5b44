import ControlProtocol
import PeerSupport
import Testing

@Suite("What goes with a package and an image")
struct PackagingTests {
    @Test("The package has the version that the programs tell")
    func version() throws {
        let changelog = try readText("\(RoomProcess.sourceFolder)/Images/package/changelog")
        #expect(changelog.hasPrefix("convene (\(ConveneVersion.current)) "))
    }

    @Test("The list of what is in it names each package with its version and licence, in SPDX's words")
    func sbom() async throws {
        let folder = try TemporaryFolder()
        let root = "\(folder.path)/root"
        try await run(
            "mkdir", ["-p", "\(root)/var/lib/dpkg"] + ["libfoo1", "bar", "odd"].map { "\(root)/usr/share/doc/\($0)" })
        try writeText(
            ["libfoo1 1:2.0-1", "bar 3+deb13u1", "odd 1", "gone 1"].map { entry in
                let words = entry.split(separator: " ")
                let state = words[0] == "gone" ? "deinstall ok config-files" : "install ok installed"
                return "Package: \(words[0])\nStatus: \(state)\nArchitecture: arm64\nVersion: \(words[1])\n"
            }.joined(separator: "\n"), to: "\(root)/var/lib/dpkg/status")
        try writeText(
            """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

            Files: *
            License: LGPL-2.1+

            Files: a/*
            License: Expat or GPL-2

            Files: b/*
            License: Strange-1
             You may look at it.
            """, to: "\(root)/usr/share/doc/libfoo1/copyright")
        try writeText("See /usr/share/common-licenses/GPL-3 for it.\n", to: "\(root)/usr/share/doc/bar/copyright")
        try writeText("Do as you like.\n", to: "\(root)/usr/share/doc/odd/copyright")
        let log = try await run(
            "python3",
            [
                "\(RoomProcess.sourceFolder)/Images/sbom", "--name", "box", "--version", "0.1.0", "--root", root,
                "--out",
                "\(folder.path)/out",
            ], environment: ["SOURCE_DATE_EPOCH": "0", "PYTHONDONTWRITEBYTECODE": "1"])
        #expect(log.contains("4 packages"))

        let document = try JSONValue(parsing: try readText("\(folder.path)/out/sbom.spdx.json"))
        #expect(document["spdxVersion"] == "SPDX-2.3")
        #expect(document["creationInfo"]?["created"] == "1970-01-01T00:00:00Z")
        let packages = document["packages"]?.arrayValue ?? []
        let licences = Dictionary(
            uniqueKeysWithValues: packages.map {
                ($0["name"]?.stringValue ?? "", $0["licenseDeclared"]?.stringValue ?? "")
            })
        #expect(
            licences == [
                "box": "GPL-3.0-or-later", "convene": "Apache-2.0", "odd": "NOASSERTION", "bar": "GPL-3.0-only",
                "libfoo1": "(MIT OR GPL-2.0-only) AND LGPL-2.1-or-later AND LicenseRef-Debian-Strange-1",
            ])
        #expect(document["hasExtractedLicensingInfos"]?[0]?["extractedText"] == "You may look at it.")
        let purls = packages.compactMap { $0["externalRefs"]?[0]?["referenceLocator"]?.stringValue }
        #expect(purls.contains("pkg:deb/debian/libfoo1@1%3A2.0-1?arch=arm64&distro=debian-13"))
        #expect(try readText("\(folder.path)/out/packages.txt").contains("bar 3+deb13u1 arm64\tGPL-3.0-only\n"))
        #expect(try readText("\(folder.path)/out/licences.txt").contains("Do as you like."))
    }

    @Test("A package without a copyright file is named and is an error")
    func noCopyright() async throws {
        let folder = try TemporaryFolder()
        try writeText("lonely 1 10 00 /debian/pool/main/l/lonely/lonely_1_arm64.deb\n", to: "\(folder.path)/lock")
        let child = try ChildProcess(
            "python3",
            [
                "\(RoomProcess.sourceFolder)/Images/sbom", "--name", "box", "--version", "1", "--lock",
                "\(folder.path)/lock",
                "--debs", folder.path, "--out", "\(folder.path)/out",
            ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], logPath: "\(folder.path)/log")
        #expect(try await child.wait(within: .seconds(60)) == .exited(status: 1))
        #expect(child.log.contains("no copyright file was found of: lonely"))
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> String
    {
        let folder = try TemporaryFolder()
        let child = try ChildProcess(program, arguments, environment: environment, logPath: "\(folder.path)/log")
        let outcome = try await child.wait(within: .seconds(60))
        guard outcome == .exited(status: 0) else { throw ChildProcess.Failure("\(program): \(outcome): \(child.log)") }
        return child.log
    }
}
