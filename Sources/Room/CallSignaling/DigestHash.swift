import CGLib
import SIP

/// The hashes of Digest, by GLib, which the room's program has loaded anyway.
enum DigestHash {
    /// Small hexadecimal digits.
    static func hex(_ algorithm: DigestChallenge.Algorithm, _ text: String) -> String {
        let kind =
            switch algorithm {
            case .md5: G_CHECKSUM_MD5
            case .sha256: G_CHECKSUM_SHA256
            }
        guard let digits = g_compute_checksum_for_string(kind, text, text.utf8.count) else { return "" }
        defer { g_free(digits) }
        return String(cString: digits)
    }
}
