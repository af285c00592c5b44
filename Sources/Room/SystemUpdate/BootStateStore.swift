import Glibc
package import LinuxSystem

/// The two copies of the boot state on their partition.
///
/// Whatever is interrupted, one copy stays whole: they are written one after the other, each synced, a broken one first.
package struct BootStateStore: Sendable {
    package static let standardPath = "/dev/disk/by-partlabel/state"
    /// Bytes between the copies; `boot.cmd` knows it as 8 blocks.
    package static let distance = 4096

    package let path: String

    package init(path: String = standardPath) { self.path = path }

    /// The first whole copy; a fresh state when none is, as the boot loader takes it too.
    package func read() throws(SystemError) -> BootState {
        let copies = try copies()
        return copies.compactMap { $0 }.first ?? BootState()
    }

    /// Both copies, nil for one that is broken.
    package func copies() throws(SystemError) -> [BootState?] {
        let file = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = file.borrowed.rawValue
        var states: [BootState?] = []
        for copy in 0..<2 {
            var bytes = [UInt8](repeating: 0, count: BootState.size)
            let count = try retryingOnInterrupt("pread(\(path))") {
                Int32(clamping: pread(raw, &bytes, bytes.count, off_t(copy * Self.distance)))
            }
            states.append(BootState(bytes.prefix(Int(count))))
        }
        return states
    }

    package func write(_ state: BootState) throws(SystemError) {
        let isFirstBroken = try copies().first == .some(nil)
        let file = try FileDescriptor.open(path, flags: O_WRONLY)
        let raw = file.borrowed.rawValue
        let bytes = state.sector
        // While the first is whole it is what counts, so the second may be replaced; then the first.
        for copy in isFirstBroken ? [0, 1] : [1, 0] {
            let count = try retryingOnInterrupt("pwrite(\(path))") {
                Int32(clamping: pwrite(raw, bytes, bytes.count, off_t(copy * Self.distance)))
            }
            guard count == bytes.count else { throw SystemError(operation: "pwrite(\(path))", errno: EIO) }
            try retryingOnInterrupt("fsync(\(path))") { fsync(raw) }
        }
    }

    /// Reads, changes and writes under a lock, so that two programs do not undo each other's change.
    package func change(_ body: (inout BootState) -> Void) throws(SystemError) {
        let file = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = file.borrowed.rawValue
        try retryingOnInterrupt("flock(\(path))") { flock(raw, LOCK_EX) }
        var state = try read()
        let before = state
        body(&state)
        let isWhole = try !copies().contains(nil)
        if state != before || !isWhole { try write(state) }
    }
}
