import MediaTypes

/// How full a card's buffer is kept: as little as goes without under-runs.
///
/// Pure. Each under-run adds a block; after `patience` blocks without one a block is taken back, so that the burst at a
/// call's start does not delay its sound for good. An under-run soon after that doubles the patience: a machine that
/// needs the room keeps it.
struct PlaybackFill: Equatable, Sendable {
    /// Five seconds at first, and up to five minutes.
    static let firstPatience = 500
    static let longestPatience = 30_000

    /// Sample frames that shall wait in the card's buffer after a block was written.
    private(set) var frames: Int
    private let least: Int
    private let most: Int
    private var patience = PlaybackFill.firstPatience
    /// Blocks since the last change.
    private var quiet = 0
    private var wasLowered = false

    /// - Parameters:
    ///   - frames: to begin with, and never less.
    ///   - most: what the card's buffer allows.
    init(frames: Int, most: Int) {
        least = min(frames, most)
        self.most = most
        self.frames = least
    }

    /// - Returns: whether `frames` has changed.
    mutating func underran() -> Bool {
        if wasLowered, quiet < patience { patience = min(patience * 2, Self.longestPatience) }
        wasLowered = false
        quiet = 0
        guard frames + AudioFormat.blockFrames <= most else { return false }
        frames += AudioFormat.blockFrames
        return true
    }

    // MARK: - Real-time

    /// A block was written in time.
    ///
    /// - Returns: whether `frames` has changed.
    mutating func wroteBlock() -> Bool {
        quiet += 1
        guard quiet >= patience, frames - AudioFormat.blockFrames >= least else { return false }
        frames -= AudioFormat.blockFrames
        quiet = 0
        wasLowered = true
        return true
    }
}
