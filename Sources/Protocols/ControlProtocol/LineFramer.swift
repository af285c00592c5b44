/// Cuts a stream of bytes into lines that end with LF; a CR before it goes too, and empty lines do not count.
///
/// Holds at most one unfinished line of `maximumLength` bytes. What is longer is thrown away up to its end, reported
/// once, and the next line is good again.
package struct LineFramer: Sendable {
    /// What came out of the stream.
    package enum Output: Sendable, Equatable {
        /// The line's bytes without its end.
        case line([UInt8], number: Int)
        /// A line longer than allowed; its bytes are gone.
        case tooLong(number: Int)
    }

    /// The longest line that a client may send, in bytes: a directory of some ten thousand contacts is the largest.
    package static let requestLimit = 8 << 20

    package let maximumLength: Int
    /// Lines begun so far, empty ones included: the number of the line being read, counted from 1.
    package private(set) var lineNumber = 1
    private var pending: [UInt8] = []
    private var isSkipping = false

    package init(maximumLength: Int = requestLimit) {
        self.maximumLength = maximumLength
    }

    /// Takes the next bytes and hands out what they complete, in order.
    package mutating func append(_ bytes: Span<UInt8>, _ deliver: (Output) -> Void) {
        var start = 0
        for index in 0..<bytes.count where bytes[index] == 0x0A {
            take(bytes.extracting(start..<index), deliver)
            finishLine(deliver)
            start = index + 1
        }
        take(bytes.extracting(start..<bytes.count), deliver)
    }

    /// The stream ended: what stands there without a line end is a line too.
    package mutating func finish(_ deliver: (Output) -> Void) {
        finishLine(deliver)
    }

    private mutating func take(_ bytes: Span<UInt8>, _ deliver: (Output) -> Void) {
        guard !isSkipping, !bytes.isEmpty else { return }
        guard bytes.count <= maximumLength - pending.count else {
            isSkipping = true
            pending = []
            deliver(.tooLong(number: lineNumber))
            return
        }
        bytes.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
    }

    private mutating func finishLine(_ deliver: (Output) -> Void) {
        if pending.last == 0x0D { pending.removeLast() }
        if !pending.isEmpty, !isSkipping { deliver(.line(pending, number: lineNumber)) }
        isSkipping = false
        pending = []
        lineNumber += 1
    }
}
