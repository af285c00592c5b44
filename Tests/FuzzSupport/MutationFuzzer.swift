/// Deterministic mutations of a kept corpus, to be fed to a parser that must not trap on any input.
package struct MutationFuzzer: Sendable {
    private let corpus: [[UInt8]]
    private let interesting: [[UInt8]]
    private var random: SplitMix64

    /// - Parameters:
    ///   - corpus: inputs that the parser takes; they are also fed as they are.
    ///   - interesting: byte strings of the format worth inserting anywhere.
    package init(corpus: [[UInt8]], interesting: [[UInt8]] = [], seed: UInt64 = 1) {
        self.corpus = corpus.isEmpty ? [[]] : corpus
        self.interesting = interesting + [[0], [0xFF], [0x7F], [0x80], [0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF]]
        random = SplitMix64(seed: seed)
    }

    /// Feeds the corpus, then `count` mutated inputs. Each lies in an allocation of exactly its size.
    package mutating func run(count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        for input in corpus { try feed(input, body) }
        for _ in 0..<count { try feed(mutate(), body) }
    }

    /// One mutated input.
    package mutating func mutate() -> [UInt8] {
        var input = corpus[Int.random(in: 0..<corpus.count, using: &random)]
        for _ in 0..<Int.random(in: 1...4, using: &random) { mutateOnce(&input) }
        return input
    }

    private func feed(_ input: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: input)
        try body(UnsafeRawBufferPointer(copy))
    }

    private mutating func mutateOnce(_ input: inout [UInt8]) {
        let place = Int.random(in: 0...input.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where place < input.count:
            input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < input.count:
            input[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
            input.removeSubrange(place...)
        case 3 where place < input.count:
            let end = Int.random(in: place...min(input.count, place + 16), using: &random)
            input.removeSubrange(place..<end)
        case 4:
            input.insert(contentsOf: interesting[Int.random(in: 0..<interesting.count, using: &random)], at: place)
        case 5 where place < input.count:
            let piece = interesting[Int.random(in: 0..<interesting.count, using: &random)]
            for (offset, byte) in piece.enumerated() where place + offset < input.count {
                input[place + offset] = byte
            }
        case 6:
            let other = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            let from = Int.random(in: 0...other.count, using: &random)
            input.removeSubrange(place...)
            input.append(contentsOf: other[from...])
        default:
            let from = Int.random(in: 0...place, using: &random)
            input.insert(contentsOf: Array(input[from..<min(place, from + 32)]), at: place)
        }
    }
}
