/// Files in one, in the format that every tar reads (POSIX.1-1988 ustar; the header is described in tar(5)).
struct TarArchive {
    /// What is to be written; without the end mark, which `finished` adds.
    private var bytes: [UInt8] = []
    private let time: Int64

    /// - Parameter time: seconds since 1970, of every file.
    init(time: Int64) {
        self.time = time
    }

    /// Adds a file.
    ///
    /// - Parameter path: up to 100 bytes; a longer one loses its end.
    mutating func add(_ path: String, _ content: [UInt8]) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: some Sequence<UInt8>, at offset: Int, size: Int) {
            for (index, byte) in text.prefix(size).enumerated() { header[offset + index] = byte }
        }
        func put(octal value: Int64, at offset: Int, size: Int) {
            let digits = String(max(value, 0), radix: 8)
            put(String(repeating: "0", count: max(size - 1 - digits.count, 0)).utf8, at: offset, size: size)
            put(digits.utf8, at: offset + max(size - 1 - digits.count, 0), size: size - 1)
        }
        put(path.utf8, at: 0, size: 100)
        put(octal: 0o600, at: 100, size: 8)
        put(octal: 0, at: 108, size: 8)
        put(octal: 0, at: 116, size: 8)
        put(octal: Int64(content.count), at: 124, size: 12)
        put(octal: time, at: 136, size: 12)
        // The sum is made with spaces in its place.
        put(String(repeating: " ", count: 8).utf8, at: 148, size: 8)
        put("0".utf8, at: 156, size: 1)
        put("ustar\0".utf8, at: 257, size: 6)
        put("00".utf8, at: 263, size: 2)
        put(octal: Int64(header.reduce(0) { $0 + Int($1) }), at: 148, size: 7)
        put(" ".utf8, at: 155, size: 1)
        bytes += header
        bytes += content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// The whole archive.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
