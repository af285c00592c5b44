import FoundationEssentials
import PeerSupport

/// The package's targets as `swift package dump-package` tells them.
struct PackageMap: Sendable {
    struct Target: Sendable, Equatable {
        let name: String
        /// Such as "Sources/Adapters/V4L2Capture".
        let path: String
        /// Other targets of this package.
        var targets: [String] = []
        /// Products of other packages.
        var products: [String] = []
        /// Debian packages that the manifest says it needs.
        var apt: [String] = []

        /// The folder that says what it is: Adapters, Media, …; "Tests" for all of the tests.
        var group: String {
            let parts = path.split(separator: "/")
            return parts.first == "Sources" && parts.count > 1 ? String(parts[1]) : "Tests"
        }
    }

    let targets: [Target]

    func target(_ name: String) -> Target? {
        targets.first { $0.name == name }
    }

    /// The map of this package, read once.
    static let shared = Task { try await load() }

    /// Reads the manifest of the package in the folder that the tests run in.
    private static func load() async throws -> PackageMap {
        let folder = try TemporaryFolder()
        // A scratch path of its own: the one of the build may be locked by who runs the tests.
        let child = try ChildProcess(
            "sh",
            ["-c", "exec swift package --scratch-path '\(folder.path)/scratch' dump-package > '\(folder.path)/dump'"],
            logPath: "\(folder.path)/log")
        let outcome = try await child.wait(within: .seconds(120))
        guard outcome == .exited(status: 0) else { throw ChildProcess.Failure("dump-package: \(child.log)") }
        return try PackageMap(dump: Data(try readBytes("\(folder.path)/dump")))
    }

    init(targets: [Target]) {
        self.targets = targets
    }

    init(dump: Data) throws {
        targets = try JSONDecoder().decode(Dump.self, from: dump).targets.map { target in
            var result = Target(name: target.name, path: target.path ?? "")
            for dependency in target.dependencies {
                let name = (dependency.byName ?? dependency.target ?? [nil])[0]
                if let name { result.targets.append(name) }
                if let product = dependency.product?[0] { result.products.append(product) }
            }
            result.apt = (target.providers ?? []).flatMap { $0.apt ?? [] }.flatMap { $0 }
            return result
        }
    }
}

/// The part of the dump that is read. Names come in lists such as ["RTP", null].
private struct Dump: Decodable {
    struct Target: Decodable {
        let name: String
        let path: String?
        let dependencies: [Dependency]
        let providers: [Provider]?
    }

    struct Dependency: Decodable {
        let byName: [String?]?
        let target: [String?]?
        let product: [String?]?

        private enum Key: CodingKey {
            case byName, target, product
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            byName = try Self.names(values, .byName)
            target = try Self.names(values, .target)
            product = try Self.names(values, .product)
        }

        /// The first of the list; a condition may follow, which is no name.
        private static func names(_ values: KeyedDecodingContainer<Key>, _ key: Key) throws -> [String?]? {
            guard values.contains(key) else { return nil }
            var list = try values.nestedUnkeyedContainer(forKey: key)
            return [try list.decodeIfPresent(String.self)]
        }
    }

    struct Provider: Decodable {
        let apt: [[String]]?
    }

    let targets: [Target]
}
