import FuzzSupport
import LinuxSystem
import MediaTypes
import RTP

@testable import MediaPipelines

/// A sender and a loudspeaker in step: each step is 10 ms of sound played, each second one a packet of 20 ms.
final class SoundPlayer {
    enum Packet {
        case sound
        case event
    }

    let pipeline = AudioReceivePipeline(decoder: ToneDecoder())
    private(set) var sequence = SequenceNumber(1000)
    private var timestamp = RTPTimestamp(4000)
    private var source = SSRC(7)
    private var position = 0
    private var steps = 0
    private var now: MonotonicTime
    private var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)

    init(startingAt start: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000)) { now = start }

    func beginSource(_ source: SSRC, sequence: SequenceNumber, timestamp: RTPTimestamp) {
        self.source = source
        self.sequence = sequence
        self.timestamp = timestamp
    }

    func step(_ packet: Packet = .sound) {
        if steps % 2 == 0 { packet == .sound ? sendOnly() : sendEvent() }
        steps += 1
        play()
    }

    func sendOnly() {
        ToneDecoder.payload(start: position, frames: 960).withUnsafeBytes {
            pipeline.receive($0, header: header(sequence, timestamp), jitterNanoseconds: 0, at: now)
        }
        advance()
    }

    func sendNonsense(packets: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let payload = ToneDecoder.payload(start: 0, frames: 960)
        for index in 0..<packets {
            let near = sequence.advanced(by: Int.random(in: -70...70, using: &random))
            let number = index % 3 == 0 ? SequenceNumber(.random(in: 0...(.max), using: &random)) : near
            payload.withUnsafeBytes {
                pipeline.receive(
                    $0, header: header(number, RTPTimestamp(.random(in: 0...(.max), using: &random))),
                    jitterNanoseconds: Int64.random(in: 0...(.max), using: &random),
                    at: now)
            }
            if index % 5 == 0 { play() }
        }
        pipeline.receive(
            UnsafeRawBufferPointer(start: nil, count: 0), header: header(sequence, timestamp), jitterNanoseconds: 0,
            at: now)
    }

    private func sendEvent() {
        pipeline.receiveOther(header(sequence, timestamp), jitterNanoseconds: 0, at: now)
        advance()
    }

    private func advance() {
        sequence = sequence.next
        timestamp = timestamp.advanced(by: 960)
        position += 960
    }

    private func header(_ sequence: SequenceNumber, _ timestamp: RTPTimestamp) -> RTPHeader {
        RTPHeader(marker: false, payloadType: .pcmu, sequenceNumber: sequence, timestamp: timestamp, ssrc: source)
    }

    private func play() {
        block.withUnsafeMutableBufferPointer { samples in
            samples.update(repeating: 0)
            pipeline.mix(into: samples, delayFrames: 480, at: now)
        }
        now = now + .milliseconds(10)
    }
}
