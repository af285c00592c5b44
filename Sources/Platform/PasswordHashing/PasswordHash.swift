internal import CCrypt
import Glibc
package import LinuxSystem

/// Secrets of people (a PIN) as salted slow hashes, in the form of crypt(5) that /etc/shadow and `mkpasswd` know.
package enum PasswordHash {
    /// Bytes of a secret that count; a longer one is refused, not cut.
    package static let maximumSecretLength = 128

    /// A hash of the secret with a new salt: yescrypt at the library's own cost, some tens of milliseconds and 16 MiB
    /// while it runs. Not on an event loop.
    package static func make(_ secret: String) throws(SystemError) -> String {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        // Without bytes of ours the library takes its salt from the kernel.
        guard crypt_gensalt_rn("$y$", 0, nil, 0, &setting, Int32(setting.count)) != nil else {
            throw SystemError(operation: "crypt_gensalt_rn", errno: errno)
        }
        guard let hash = hash(secret, setting: setting) else {
            throw SystemError(operation: "crypt_rn", errno: errno)
        }
        return hash
    }

    /// Whether the secret is the one that the hash was made of. Takes as long as making one; false for a hash that is
    /// none. Not on an event loop.
    package static func matches(_ secret: String, _ stored: String) -> Bool {
        guard isHash(stored), let again = hash(secret, setting: Array(stored.utf8CString)) else { return false }
        return equal(Array(again.utf8), Array(stored.utf8))
    }

    /// Whether the text has the form of a hash of a slow, salted method: yescrypt, scrypt, bcrypt or SHA-512 crypt.
    package static func isHash(_ text: String) -> Bool {
        let prefixes = ["$y$", "$gy$", "$7$", "$2b$", "$6$"]
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !":;*!\\".utf8.contains($0) }
        return isPlain && (24...256).contains(text.utf8.count) && prefixes.contains { text.hasPrefix($0) }
    }

    /// Compares in a time that does not tell where the first difference is.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hash(_ secret: String, setting: [CChar]) -> String? {
        guard !secret.utf8.contains(0), secret.utf8.count <= maximumSecretLength else { return nil }
        // 32 KiB: on the heap, and wiped before it goes.
        let size = MemoryLayout<crypt_data>.size
        let data = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        memset(data, 0, size)
        defer {
            explicit_bzero(data, size)
            data.deallocate()
        }
        guard let result = crypt_rn(secret, setting, data, Int32(size)) else { return nil }
        return String(cString: result)
    }
}
