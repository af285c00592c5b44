package import MediaTypes

/// One encoder that a room can use, in the board's order of preference.
package struct EncoderChoice: Sendable {
    /// As in status and logs, such as "vh264enc" or "x264".
    package let name: String
    /// Opens it; called on the encode thread.
    package let open: @Sendable (VideoEncoderConfiguration) throws(DeviceError) -> any VideoEncoder

    package init(
        name: String,
        open: @escaping @Sendable (VideoEncoderConfiguration) throws(DeviceError) -> any VideoEncoder
    ) {
        self.name = name
        self.open = open
    }
}

/// One decoder that a room can use.
package struct DecoderChoice: Sendable {
    package let name: String
    /// Opens it; called on the decode thread.
    package let open: @Sendable () throws(DeviceError) -> any VideoDecoder

    package init(name: String, open: @escaping @Sendable () throws(DeviceError) -> any VideoDecoder) {
        self.name = name
        self.open = open
    }
}

/// Decides what follows when an encoder or decoder fails: the same one once more, then the next choice.
///
/// Pure; one failure within `forgetAfter` of the last counts against the same choice.
package struct EncoderFallback: Sendable, Equatable {
    private static let shortestRest: Int64 = 50_000_000
    private static let longestRest: Int64 = 2_000_000_000

    private let choiceCount: Int
    private let forgetAfter: Int64
    /// Index of the choice in use.
    package private(set) var current = 0
    /// How long to wait before it is opened, nanoseconds: not at all for another choice, longer each time for the same.
    package private(set) var rest: Int64 = 0
    private var failures = 0
    private var lastFailure: Int64?

    package init(choiceCount: Int, forgetAfter: Duration = .seconds(30)) {
        self.choiceCount = max(choiceCount, 1)
        self.forgetAfter = forgetAfter.components.seconds * 1_000_000_000
    }

    /// Notes a failure at `now` (nanoseconds) and gives the index to open next.
    ///
    /// - Parameter isStall: a stalled encoder is not given a second chance when another choice is left, because
    ///   its second stall would cost the far end another half second of picture.
    package mutating func failed(at now: Int64, isStall: Bool) -> Int {
        if let last = lastFailure, now &- last > forgetAfter { failures = 0 }
        lastFailure = now
        failures += 1
        if isStall || failures > 1, current + 1 < choiceCount {
            current += 1
            failures = 0
            rest = 0
        } else {
            rest = min(Self.shortestRest << Int64(min(failures - 1, 10)), Self.longestRest)
        }
        return current
    }
}
