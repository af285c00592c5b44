import Glibc

/// Groups of users, by name as settings have them.
package enum SystemGroup {
    /// The group's number (getgrnam_r(3)), nil when there is no such group. May read files and ask a directory service:
    /// it blocks.
    package static func identifier(named name: String) -> UInt32? {
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        while true {
            var group = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            let status = getgrnam_r(name, &group, &buffer, buffer.count, &found)
            if status == ERANGE, buffer.count < 1 << 20 {
                buffer = [CChar](repeating: 0, count: buffer.count * 2)
                continue
            }
            return status == 0 && found != nil ? group.gr_gid : nil
        }
    }
}
