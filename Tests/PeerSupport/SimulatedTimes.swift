/// When a simulated room's screen showed a lamp going on, and when its loudspeaker played which sample.
package struct SimulatedTimes: Sendable {
    /// When the lamp went on, nanoseconds of CLOCK_MONOTONIC.
    package private(set) var flashes: [Int64] = []
    /// The first sample of each block, and when it was heard.
    private var marks: [(sample: Int, time: Int64)] = []

    /// Reads what the room wrote (`RoomProcess.timesPath`).
    package init(path: String) throws(ChildProcess.Failure) {
        var isFirst = true
        for line in try readText(path).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let time = Int64(words[1]), let value = Int(words[2]) else {
                throw .init("\(path): \(line)")
            }
            if words[0] == "sound" {
                marks.append((value, time))
            } else {
                // What was there at first has no begin.
                if value == 1, !isFirst { flashes.append(time) }
                isFirst = false
            }
        }
    }

    /// When a sample was heard; nil before the first block.
    package func time(ofSample sample: Int, sampleRate: Int = 48_000) -> Int64? {
        guard let mark = marks.last(where: { $0.sample <= sample }) else { return nil }
        return mark.time + Int64(sample - mark.sample) * 1_000_000_000 / Int64(sampleRate)
    }
}

/// Finds where a tone begins in a sound.
package struct BeepFinder: Sendable {
    private static let windowLength = 240
    private static let step = 24
    private let detector: ToneDetector

    /// - Parameter frequency: whole periods of it should fill 5 ms.
    package init(frequency: Double, sampleRate: Double = 48_000) {
        detector = ToneDetector(frequency: frequency, sampleRate: sampleRate)
    }

    /// The samples at which the tone begins, to half a millisecond or so: where it has become half of the energy of
    /// 5 ms around, and is most of it for 40 ms after.
    package func beginnings(in samples: [Float]) -> [Int] {
        var found: [Int] = []
        var runs = 0
        var start = 0
        var position = 0
        while position + Self.windowLength <= samples.count {
            let window = samples[position..<position + Self.windowLength]
            if detector.energyShare(of: window) > 0.5 {
                if runs == 0 { start = position + Self.windowLength / 2 }
                runs += 1
                if runs == 80 { found.append(start) }
            } else {
                runs = 0
            }
            position += Self.step
        }
        return found
    }
}

/// Pairs the flashes and beeps of one far end.
package enum FlashAndBeep {
    /// How much later than its flash each beep was heard, in milliseconds; flashes without a beep within half a second
    /// have none.
    package static func skews(flashes: [Int64], beeps: [Int64]) -> [Double] {
        flashes.compactMap { flash in
            let nearest = beeps.min { ($0 - flash).magnitude < ($1 - flash).magnitude }
            guard let nearest, (nearest - flash).magnitude < 500_000_000 else { return nil }
            return Double(nearest - flash) / 1e6
        }
    }
}
