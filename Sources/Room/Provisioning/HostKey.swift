internal import COpenSSL
import LinuxSystem

/// The host key by which ssh knows this box.
package enum HostKey {
    /// Where it may be, the image's own place first.
    static let files = ["/var/lib/ssh/ssh_host_ed25519_key.pub", "/etc/ssh/ssh_host_ed25519_key.pub"]

    /// Its fingerprint as ssh shows it, such as "SHA256:…"; empty when there is no key yet.
    package static var fingerprint: String {
        for file in files {
            guard let bytes = try? SmallFile.read(file, maximum: 16 * 1024) else { continue }
            if let fingerprint = fingerprint(of: String(decoding: bytes, as: UTF8.self)) { return fingerprint }
        }
        return ""
    }

    /// The fingerprint of a line as authorized_keys(5) has them: SHA-256 of the key, base64 without padding.
    static func fingerprint(of line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, let text = words.dropFirst().first, text.utf8.count % 4 == 0 else { return nil }
        let encoded = Array(text.utf8)
        var key = [UInt8](repeating: 0, count: encoded.count / 4 * 3)
        let count = EVP_DecodeBlock(&key, encoded, Int32(clamping: encoded.count))
        guard count > 30 else { return nil }
        // It counts the padding as bytes.
        key.removeLast(encoded.suffix(2).count { $0 == UInt8(ascii: "=") })
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard EVP_Digest(key, key.count, &digest, &length, EVP_sha256(), nil) == 1 else { return nil }
        var result = [UInt8](repeating: 0, count: 45)
        guard EVP_EncodeBlock(&result, digest, 32) == 44 else { return nil }
        return "SHA256:" + String(decoding: result.prefix { $0 != 0 && $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
}
