import Glibc
package import LinuxSystem

/// The rendered files in a root folder: writes what differs, takes away what is no longer rendered.
package struct RenderedTree: Sendable {
    /// "/" on a box.
    package let root: String

    package init(root: String) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    func full(_ path: String) -> String { "\(root)/\(path)" }

    /// Writes the entries and gives the paths that changed, new and removed ones included.
    ///
    /// Each file is replaced as a whole. When it throws, some files may be new and others old: rendering again mends it.
    @discardableResult
    package func write(_ entries: [RenderedEntry]) throws(SystemError) -> [String] {
        var changed: [String] = []
        let earlier = manifest
        // First, so that what is written can always be taken away again.
        let all = Set(earlier).union(entries.map(\.path)).sorted()
        if all != earlier { try write(manifest: all) }
        for entry in entries where try write(entry) { changed.append(entry.path) }
        let wanted = Set(entries.map(\.path))
        for path in earlier where !wanted.contains(path) && Self.mayRemove(path) {
            guard SmallFile.exists(full(path)) else { continue }
            try SmallFile.remove(full(path))
            changed.append(path)
        }
        if all != wanted.sorted() { try write(manifest: wanted.sorted()) }
        return changed.sorted()
    }

    private var manifest: [String] {
        let bytes = (try? SmallFile.read(full(RenderedPath.manifest), maximum: 64 * 1024)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(manifest paths: [String]) throws(SystemError) {
        let entry = RenderedEntry(RenderedPath.manifest, paths.map { "\($0)\n" }.joined())
        _ = try write(entry)
    }

    /// Only below /run, whatever the manifest says.
    private static func mayRemove(_ path: String) -> Bool { path.hasPrefix("run/") && !path.contains("..") }

    private func write(_ entry: RenderedEntry) throws(SystemError) -> Bool {
        let path = full(entry.path)
        if let slash = path.lastIndex(of: "/") { try SmallFile.makeFolder(String(path[..<slash])) }
        switch entry.content {
        case .link(let target):
            guard SmallFile.link(path) != target else { return false }
            let new = "\(path).new"
            try SmallFile.remove(new)
            try retryingOnInterrupt("symlink(\(new))") { symlink(target, new) }
            try retryingOnInterrupt("rename(\(new))") { rename(new, path) }
        case .file(let bytes, let permissions):
            var status = stat()
            let isSame =
                lstat(path, &status) == 0 && status.st_mode == S_IFREG | permissions
                && (try? SmallFile.read(path, maximum: bytes.count)) == bytes
            guard !isSame else { return false }
            let new = "\(path).new"
            try SmallFile.remove(new)
            try SmallFile.create(new, bytes, permissions: permissions)
            if entry.isForRoom { SmallFile.give(new, toOwnerOf: full(RenderedPath.roomFolder)) }
            try retryingOnInterrupt("rename(\(new))") { rename(new, path) }
        }
        return true
    }
}
