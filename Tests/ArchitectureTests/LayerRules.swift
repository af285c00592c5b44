/// Which group of targets may use which: the arrows of ARCHITECTURE.md, downwards only.
enum LayerRules {
    /// From the bottom to the top; each with the groups that it may use.
    static let allowed: [String: Set<String>] = [
        "CLibraries": ["CLibraries"],
        "Platform": ["Platform", "CLibraries"],
        "Protocols": ["Protocols"],
        "Media": ["Media", "Protocols", "Platform", "CLibraries"],
        "Adapters": ["Media", "Protocols", "Platform", "CLibraries"],
        "Room": ["Room", "Media", "Protocols", "Platform", "CLibraries"],
        "Programs": ["Room", "Media", "Protocols", "Platform"],
        "Executables": ["Programs", "Room", "Media", "Protocols", "Platform"],
    ]

    /// The programs that put adapters into ports, and the one that measures them bare.
    static let adapterUsers: Set<String> = ["ConvenedProgram", "ConveneRemoteProgram", "convene-bench"]
    /// The one program that has the tests' peers.
    static let peerUser = "convene-bench"
    /// The one program that has all others in it; each of them stands alone, so that none grows by what another needs.
    static let multiCall = "convene"
    /// Packages of others stay where they belong.
    static let productUsers: [String: Set<String>] = [
        "NIOCore": ["Room", "Programs"], "NIOPosix": ["Room", "Programs"],
        "Logging": ["Room", "Programs"], "ArgumentParser": ["Programs", "Executables"],
        "HummingbirdCore": ["Room"], "HummingbirdTLS": ["Room"], "ServiceLifecycle": ["Room"], "NIOSSL": ["Room"],
        "HTTPTypes": ["Room"],
    ]

    /// Each use that the rules forbid, in words.
    static func violations(in map: PackageMap) -> [String] {
        map.targets.flatMap { target in
            target.group == "Tests"
                ? [] : uses(of: target, in: map) + products(of: target) + programs(of: target, in: map)
        }
    }

    private static func uses(of target: PackageMap.Target, in map: PackageMap) -> [String] {
        guard let groups = allowed[target.group] else { return ["\(target.name): no group \(target.group) is known"] }
        return target.targets.compactMap { name in
            guard let used = map.target(name) else { return nil }
            let mayUse =
                groups.contains(used.group)
                || used.group == "Adapters" && adapterUsers.contains(target.name)
                || used.group == "Tests" && target.name == peerUser
            return mayUse ? nil : "\(target.name) (\(target.group)) must not use \(name) (\(used.group))"
        }
    }

    private static func programs(of target: PackageMap.Target, in map: PackageMap) -> [String] {
        let programs = target.targets.filter { map.target($0)?.group == "Programs" }
        return programs.count > 1 && target.name != multiCall
            ? ["\(target.name) must hold one program, and holds \(programs.joined(separator: ", "))"] : []
    }

    private static func products(of target: PackageMap.Target) -> [String] {
        target.products.compactMap { product in
            guard let groups = productUsers[product] else {
                return "\(target.name): no rule for the product \(product)"
            }
            return groups.contains(target.group) ? nil : "\(target.name) (\(target.group)) must not use \(product)"
        }
    }
}
