import PeerSupport
import Testing

@Suite("The target map")
struct TargetMapTests {
    @Test("Arrows go down only")
    func arrows() async throws {
        let map = try await PackageMap.shared.value
        #expect(map.targets.count > 30)
        #expect(LayerRules.violations(in: map) == [])
    }

    @Test("An adapter that uses an adapter, a protocol that uses C and a room that uses an adapter are found")
    func wrongArrows() {
        let map = PackageMap(targets: [
            .init(name: "CFoo", path: "Sources/CLibraries/CFoo"),
            .init(name: "RTP", path: "Sources/Protocols/RTP", targets: ["CFoo"]),
            .init(name: "Camera", path: "Sources/Adapters/Camera", targets: ["CFoo", "Screen"]),
            .init(name: "Screen", path: "Sources/Adapters/Screen", products: ["NIOCore"]),
            .init(name: "Supervisor", path: "Sources/Room/Supervisor", targets: ["Camera"]),
            .init(
                name: "ConvenedProgram", path: "Sources/Programs/ConvenedProgram", targets: ["Camera", "Supervisor"]),
            .init(name: "ConvenectlProgram", path: "Sources/Programs/ConvenectlProgram", targets: ["Screen"]),
            .init(name: "convened", path: "Sources/Executables/convened", targets: ["ConvenedProgram"]),
            .init(
                name: "convenectl", path: "Sources/Executables/convenectl",
                targets: ["ConvenedProgram", "ConvenectlProgram", "Peers"]),
            .init(
                name: "convene", path: "Sources/Executables/convene",
                targets: ["ConvenedProgram", "ConvenectlProgram"]),
            .init(name: "Peers", path: "Tests/Peers", targets: ["Camera"]),
        ])
        #expect(
            LayerRules.violations(in: map) == [
                "RTP (Protocols) must not use CFoo (CLibraries)",
                "Camera (Adapters) must not use Screen (Adapters)",
                "Screen (Adapters) must not use NIOCore",
                "Supervisor (Room) must not use Camera (Adapters)",
                "ConvenectlProgram (Programs) must not use Screen (Adapters)",
                "convenectl (Executables) must not use Peers (Tests)",
                "convenectl must hold one program, and holds ConvenedProgram, ConvenectlProgram",
            ])
    }

    @Test("A target imports only what the map says it uses")
    func imports() async throws {
        let map = try await PackageMap.shared.value
        let names = Set(map.targets.map(\.name))
        var wrong: [String] = []
        for target in map.targets {
            let allowed = Set(target.targets + [target.name])
            for file in try SourceFile.all(under: target.path) {
                for module in file.imports where names.contains(module) && !allowed.contains(module) {
                    wrong.append("\(file.path) imports \(module)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("The set-up installs every Debian package that the map names")
    func debianPackages() async throws {
        let list = try readText(".ci/packages/build").split(separator: "\n").map { $0.prefix { $0 != " " } }
        let map = try await PackageMap.shared.value
        for target in map.targets {
            for package in target.apt {
                #expect(list.contains(Substring(package)), "\(target.name) needs \(package)")
            }
        }
    }
}

@Suite("The sources")
struct SourceTests {
    @Test("Nothing is public, and no C library reaches a signature")
    func access() throws {
        let files = try SourceFile.all(under: "Sources")
        #expect(files.count > 100)
        let publicDeclaration =
            /(^|\s|@\w+ )(public|open) (static |final |mutating |class )*(func|var|let|class|struct|enum|actor|protocol|init|extension|typealias|subscript|import)\b/
        #expect(files.flatMap { $0.hits("public", "open", pattern: publicDeclaration) } == [])
        #expect(
            files.flatMap { $0.hits("import", pattern: /^\s*(package|@_exported) import C(?!EC$)[A-Z][A-Z0-9]/) } == [])
    }

    @Test("Device nodes and Foundation stay out")
    func strangers() throws {
        let files = try SourceFile.all(under: "Sources")
        #expect(
            files.flatMap { $0.hits("/dev/", pattern: #/"/dev/(video|dri|snd|lirc|input|cec|media)[^"]*[0-9]/#) } == [])
        #expect(files.flatMap { $0.hits("Foundation", pattern: /^\s*(package |internal )?import Foundation$/) } == [])
    }

    @Test("Each @unchecked Sendable says why it is safe")
    func unchecked() throws {
        let files = try SourceFile.all(under: "Sources")
        let unexplained = files.flatMap { file in
            file.lines.enumerated().compactMap { index, line -> String? in
                guard line.contains("@unchecked Sendable"), !line.contains("//") else { return nil }
                let around = file.lines[max(0, index - 12)..<min(file.lines.count, index + 4)]
                let isExplained = around.contains { $0.contains("//") && $0.contains("@unchecked:") }
                return isExplained ? nil : "\(file.path):\(index + 1): \(line)"
            }
        }
        #expect(unexplained == [])
    }

    @Test("No file is longer than 600 lines")
    func length() throws {
        for file in try SourceFile.all(under: "Sources") + SourceFile.all(under: "Tests") {
            #expect(file.lines.count <= 601, "\(file.path)")
        }
    }

    @Test("Every file of tests asserts something")
    func assertions() throws {
        for file in try SourceFile.all(under: "Tests") where file.path.hasSuffix("Tests.swift") {
            #expect(!file.hits("#", "Issue", pattern: /#expect|#require|Issue\.record/).isEmpty, "\(file.path)")
        }
    }

    @Test("What breaks a rule is found, and a comment about it is not")
    func rulesFind() {
        let file = SourceFile(
            path: "A.swift",
            text: """
                package import CFoo
                // public func commented()
                public final class Wrong {}
                """)
        #expect(file.hits("public", pattern: #/\bpublic\b/#) == ["A.swift:3: public final class Wrong {}"])
        #expect(file.imports == ["CFoo"])
    }
}
