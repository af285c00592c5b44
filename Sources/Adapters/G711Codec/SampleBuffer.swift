/// Room for samples, freed when its owner ends.
struct SampleBuffer: ~Copyable {
    private let base: UnsafeMutablePointer<Int16>
    let count: Int

    /// All zero.
    init(count: Int) {
        self.count = max(count, 1)
        base = .allocate(capacity: self.count)
        base.initialize(repeating: 0, count: self.count)
    }

    deinit { base.deallocate() }

    var all: UnsafeMutableBufferPointer<Int16> { UnsafeMutableBufferPointer(start: base, count: count) }

    /// The samples of a range, cut to what is there.
    func part(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Int16> {
        UnsafeMutableBufferPointer(rebasing: all[range.clamped(to: 0..<count)])
    }
}
