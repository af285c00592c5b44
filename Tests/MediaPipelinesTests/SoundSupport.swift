import FuzzSupport
import LinuxSystem
import MediaTypes
import RTP

@testable import MediaPipelines

/// A sine of 480 Hz: 100 samples a period, so that any stretch of it can be copied from a table.
enum TestTone {
    static let period = 100
    static let amplitude = 8000.0
    private static let table: [Int16] = {
        // Twice the recurrence sin(a + b) = sin a cos b + cos a sin b, to spare an import for sin and cos.
        var samples: [Int16] = []
        let step = (sine: 0.06279051952931337, cosine: 0.9980267284282716)
        var now = (sine: 0.0, cosine: 1.0)
        for _ in 0..<(period + 5760) {
            samples.append(Int16((now.sine * amplitude).rounded()))
            now = (now.sine * step.cosine + now.cosine * step.sine, now.cosine * step.cosine - now.sine * step.sine)
        }
        return samples
    }()

    /// The tone from sample `start` on.
    static func fill(_ output: UnsafeMutableBufferPointer<Int16>, from start: Int) {
        guard output.count <= 5760, let target = output.baseAddress else { return }
        let phase = (start % period + period) % period
        table.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            target.update(from: base + phase, count: output.count)
        }
    }
}

/// A packet says which samples of the tone it stands for; the decoder makes them.
final class ToneDecoder: AudioDecoder {
    let name = "tone"
    let clockRate: Int
    private(set) var decoded = 0

    init(clockRate: Int = 48_000) { self.clockRate = clockRate }

    static func payload(start: Int, frames: Int) -> [UInt8] {
        withUnsafeBytes(of: (UInt32(truncatingIfNeeded: start), UInt32(frames))) { Array($0) }
    }

    func decode(_ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>) -> Int {
        guard packet.count == 8 else { return 0 }
        let start = Int(packet.loadUnaligned(fromByteOffset: 0, as: UInt32.self))
        let frames = Int(packet.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        guard frames <= output.count else { return 0 }
        TestTone.fill(UnsafeMutableBufferPointer(rebasing: output[..<frames]), from: start)
        decoded += 1
        return frames
    }

    /// Silence, so that a guess can be told from sound.
    func conceal(into output: UnsafeMutableBufferPointer<Int16>, next: UnsafeRawBufferPointer?) -> Int {
        output.update(repeating: 0)
        return output.count
    }
}

/// How a simulated network treats packets.
struct NetworkModel {
    /// Nanoseconds that each packet is under way longer than the fastest, evenly spread.
    var jitter: Int64 = 0
    /// Part of the packets that get lost, and how many go in a row each time.
    var loss = 0.0
    var burst = 1
    /// Parts per million by which the sender's clock runs fast.
    var drift = 0.0
    /// From when to when nothing arrives until the end of it.
    var stall: ClosedRange<Int64>?
    var keepsOrder = true
}

/// Sends packets of the tone through a simulated network into a receive pipeline, and plays it, in simulated time.
struct SoundSimulation {
    struct Outcome {
        /// Places, in blocks, at which the sound jumped though nothing was missing near them.
        var clicks: [Int] = []
        /// Levels in milliseconds at the end of each second.
        var levels: [Double] = []
        var targets: [Double] = []
        var report = AudioReceiveReport()
        var lostPackets = 0
        var silentBlocks = 0
        var blocks = 0
    }

    var model = NetworkModel()
    var packetFrames = 960
    var clockRate = 48_000
    var firstSequence: UInt16 = 65_500
    var seed: UInt64 = 1
    var looksForClicks = true

    func run(seconds: Int) -> Outcome {
        var random = SplitMix64(seed: seed)
        let pipeline = AudioReceivePipeline(decoder: ToneDecoder(clockRate: clockRate))
        var statistics = ReceptionStatistics(
            clockRate: ClockRate(hertz: UInt32(clockRate)) ?? .opus, minimumSequential: 1)
        var outcome = Outcome()
        var waiting: [(arrival: Int64, index: Int)] = []
        var next = 0
        var lastArrival: Int64 = 0
        var burstLeft = 0
        let packetTime = Double(packetFrames) / 48_000 * 1e9 / (1 + model.drift * 1e-6)
        var block = [Int16](repeating: 0, count: 480)
        var history: (Double, Double) = (0, 0)
        // Blocks that may hold a jump: those after a loss or a guess.
        var excused = 0
        var seen = (concealed: UInt32(0), empty: UInt32(0), discarded: UInt32(0))
        for step in 0..<(seconds * 100) {
            let now = Int64(step) * 10_000_000
            while Double(next) * packetTime < Double(now + 10_000_000) {
                let sent = Int64(Double(next) * packetTime)
                if burstLeft == 0, Double.random(in: 0..<1, using: &random) < model.loss / Double(model.burst) {
                    burstLeft = model.burst
                }
                if burstLeft > 0 {
                    burstLeft -= 1
                    outcome.lostPackets += 1
                } else {
                    var arrival = sent + (model.jitter > 0 ? Int64.random(in: 0...model.jitter, using: &random) : 0)
                    if let stall = model.stall, stall.contains(arrival) { arrival = stall.upperBound }
                    if model.keepsOrder { arrival = max(arrival, lastArrival) }
                    lastArrival = arrival
                    waiting.append((arrival, next))
                }
                next += 1
            }
            for packet in waiting.filter({ $0.arrival <= now }).sorted(by: {
                ($0.arrival, $0.index) < ($1.arrival, $1.index)
            }) {
                deliver(packet.index, at: packet.arrival, to: pipeline, &statistics)
            }
            waiting.removeAll { $0.arrival <= now }
            block.withUnsafeMutableBufferPointer { samples in
                samples.update(repeating: 0)
                pipeline.mix(into: samples, delayFrames: 480, at: MonotonicTime(nanoseconds: now))
            }
            let report = pipeline.report
            let now3 = (report.concealedBlocks, report.emptyBlocks, report.discardedMilliseconds)
            if now3 != seen {
                // What was guessed now comes out of the queue within the next blocks.
                excused = 20
                seen = now3
            }
            outcome.blocks += 1
            if report.peak == 0 { outcome.silentBlocks += 1 }
            if looksForClicks, Self.jumps(block, &history), excused == 0, step > 100 { outcome.clicks.append(step) }
            excused = max(excused - 1, 0)
            if step % 100 == 99 {
                outcome.levels.append(Double(report.queuedFrames) / 48)
                outcome.targets.append(Double(report.targetFrames) / 48)
            }
        }
        outcome.report = pipeline.report
        return outcome
    }

    private func deliver(
        _ index: Int, at arrival: Int64, to pipeline: AudioReceivePipeline, _ statistics: inout ReceptionStatistics
    ) {
        let ticks = index * packetFrames * clockRate / 48_000
        let header = RTPHeader(
            marker: false, payloadType: .pcmu, sequenceNumber: SequenceNumber(firstSequence).advanced(by: index),
            timestamp: RTPTimestamp(4_294_900_000).advanced(by: Int64(ticks)), ssrc: SSRC(7))
        _ = statistics.receive(
            header.sequenceNumber, timestamp: header.timestamp, arrivalNanoseconds: arrival)
        ToneDecoder.payload(start: index * packetFrames, frames: packetFrames).withUnsafeBytes {
            pipeline.receive(
                $0, header: header, jitterNanoseconds: statistics.jitterNanoseconds,
                at: MonotonicTime(nanoseconds: arrival))
        }
    }

    /// A sine obeys y[n] = 2 cos(w) y[n−1] − y[n−2]; a jump does not. Half a percent of stretch leaves far less.
    private static func jumps(_ block: [Int16], _ history: inout (Double, Double)) -> Bool {
        let factor = 2 * 0.9980267284282716
        var worst = 0.0
        block.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            for index in 0..<samples.count {
                let value = Double(base[index])
                let rest = value - factor * history.1 + history.0
                if rest > worst { worst = rest } else if -rest > worst { worst = -rest }
                history = (history.1, value)
            }
        }
        return worst > 60
    }
}
