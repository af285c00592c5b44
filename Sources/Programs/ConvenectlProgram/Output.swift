import ArgumentParser
import Glibc
import LinuxSystem

/// Standard output and standard error, written at once, so that a program that reads a pipe sees each line as it comes.
enum Output {
    /// A line of the answer. A pipe that nobody reads ends the program (SIGPIPE), as with other tools.
    static func printLine(_ text: String) throws(SystemError) {
        try write(Array("\(text)\n".utf8), to: STDOUT_FILENO, named: "standard output")
    }

    /// One line on standard error, beginning with the program's name.
    static func complain(_ text: String) {
        // Where errors cannot be told there is nobody to tell it to.
        try? write(Array("convenectl: \(Printable.text(text))\n".utf8), to: STDERR_FILENO, named: "standard error")
    }

    /// Bytes as they are.
    static func write(_ bytes: [UInt8]) throws(SystemError) {
        try write(bytes, to: STDOUT_FILENO, named: "standard output")
    }

    /// A file that the person named, as a whole (`AtomicFile.replace`); where that fails, one sentence says why and the
    /// command ends.
    static func replace(_ file: String, with bytes: [UInt8], permissions: UInt32 = 0o644) throws(ExitCode) {
        do throws(SystemError) {
            try AtomicFile.replace(file, with: bytes, permissions: permissions)
        } catch {
            complain(error.sentence(writing: file))
            throw ExitStatus.inputOutput
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try retryingOnInterrupt("write(\(name))") {
                rest.withUnsafeBytes {
                    Int32(clamping: Glibc.write(descriptor, $0.baseAddress, min($0.count, 1 << 20)))
                }
            }
            rest = rest.dropFirst(Int(count))
        }
    }
}
