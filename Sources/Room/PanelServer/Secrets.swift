internal import COpenSSL

/// Random numbers from the kernel (getrandom(2)) and digests from OpenSSL.
enum Secrets {
    /// That many random bytes; nothing in this process can be guessed from another.
    static func random(_ count: Int) -> [UInt8] {
        // On Linux the generator reads getrandom(2) each time.
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// 256 random bits as 64 digits.
    static func token() -> String { hexadecimal(random(32)) }

    /// A code of decimal digits, each code as likely as another.
    static func code(digits: Int) -> String {
        var code = ""
        while code.utf8.count < digits {
            // Of 256 values the first 250 spread evenly over ten digits.
            for byte in random(digits * 2) where byte < 250 && code.utf8.count < digits { code += String(byte % 10) }
        }
        return code
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
        precondition(done == 1 && length == 32, "EVP_Digest failed")
        return digest
    }

    static func sha256(_ text: String) -> String { hexadecimal(sha256(Array(text.utf8))) }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
