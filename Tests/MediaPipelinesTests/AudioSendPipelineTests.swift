import LinuxSystem
import MediaTypes
import RTP
import RTPPayload
import Synchronization
import Testing

@testable import MediaPipelines

/// Turns blocks into packets of one byte for each: the first sample of the block.
private final class BlockEncoder: AudioEncoder {
    let name = "blocks"
    let timestampTicksPerBlock: UInt32
    private let blocksPerPacket: Int
    private let loss: LossLog
    private var pending: [UInt8] = []

    final class LossLog: Sendable {
        let values = Mutex<[Int]>([])
    }

    init(ticks: UInt32, blocksPerPacket: Int, loss: LossLog) {
        timestampTicksPerBlock = ticks
        self.blocksPerPacket = blocksPerPacket
        self.loss = loss
    }

    func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int {
        pending.append(UInt8(truncatingIfNeeded: block[0]))
        guard pending.count == blocksPerPacket else { return 0 }
        output.copyBytes(from: pending)
        defer { pending = [] }
        return pending.count
    }

    func setExpectedLoss(percent: Int) { loss.values.withLock { $0.append(percent) } }
}

/// A microphone whose clock stands still until it is told.
private final class Speaker {
    let transport: FakeTransport
    let pipeline: AudioSendPipeline
    let losses = BlockEncoder.LossLog()
    var time = MonotonicTime(nanoseconds: 50_000_000_000)
    private var number = 0

    init(
        ticks: UInt32 = 480, blocksPerPacket: Int = 2, clockRate: ClockRate = .opus,
        events: PayloadType? = PayloadType(rawValue: 101), eventClock: ClockRate? = nil
    ) throws {
        transport = try FakeTransport()
        pipeline = AudioSendPipeline(
            payloadType: PayloadType(headerByte: 96), telephoneEvent: events, eventClock: eventClock,
            clockRate: clockRate,
            encoder: BlockEncoder(ticks: ticks, blocksPerPacket: blocksPerPacket, loss: losses), transport: transport)
    }

    /// Blocks of 10 ms, the card's clock running `fast` parts per million.
    func say(_ blocks: Int, fast: Int64 = 0) {
        for _ in 0..<blocks {
            let samples = [Int16](repeating: Int16(truncatingIfNeeded: number), count: 480)
            samples.withUnsafeBufferPointer { pipeline.take($0, captureTime: time) }
            number += 1
            time = time.advanced(byNanoseconds: 10_000_000 * 1_000_000 / (1_000_000 + fast))
        }
    }

    var sound: [SentPacket] { transport.packets.filter { $0.header.payloadType.rawValue == 96 } }
    var keys: [SentPacket] { transport.packets.filter { $0.header.payloadType.rawValue == 101 } }
}

@Suite("Sound to the network")
struct AudioSendPipelineTests {
    @Test("Packets of 20 ms: numbers, timestamps and marker", arguments: [1, 2])
    func packets(_ blocksPerPacket: Int) throws {
        let speaker = try Speaker(blocksPerPacket: blocksPerPacket)
        speaker.say(20)
        let sound = speaker.sound
        #expect(sound.count == 20 / blocksPerPacket)
        #expect(sound.map(\.header.marker) == [true] + Array(repeating: false, count: sound.count - 1))
        for (first, second) in zip(sound, sound.dropFirst()) {
            #expect(second.header.sequenceNumber == first.header.sequenceNumber.next)
            #expect(first.header.timestamp.distance(to: second.header.timestamp) == Int64(480 * blocksPerPacket))
            #expect(first.header.ssrc == second.header.ssrc)
        }
        // The timestamp is that of the packet's first sample.
        let clock = speaker.pipeline.stream.clock
        #expect(sound.first?.header.timestamp == clock.timestamp(nanoseconds: 50_000_000_000))
        #expect(speaker.transport.malformedCount == 0)
    }

    @Test("At 8 kHz a block is 80 ticks")
    func narrowband() throws {
        let speaker = try Speaker(ticks: 80, clockRate: .narrowband)
        speaker.say(6)
        let stamps = speaker.sound.map(\.header.timestamp)
        #expect(stamps.count == 3 && stamps[0].distance(to: stamps[2]) == 320)
    }

    @Test("Reports tell how far the card's clock has come from the system's")
    func reportTimestamp() throws {
        let speaker = try Speaker()
        // 1000 ppm for ten seconds: 10 ms, 480 ticks.
        speaker.say(1000, fast: 1000)
        let stream = speaker.pipeline.stream
        let last = try #require(speaker.sound.last)
        // The last packet was captured two blocks before now; its timestamp and the report's must agree.
        let report = stream.reportTimestamp(at: speaker.time)
        #expect(abs(last.header.timestamp.distance(to: report) - 960) <= 2)
        let plain = stream.clock.timestamp(nanoseconds: speaker.time.nanoseconds)
        #expect(abs(plain.distance(to: report) - 480) <= 2)
    }

    @Test("After a gap sound goes on at its own time, with a marker")
    func gap() throws {
        let speaker = try Speaker()
        speaker.say(10)
        speaker.pipeline.discontinuity()
        speaker.time = speaker.time + .milliseconds(300)
        speaker.say(10)
        let sound = speaker.sound
        #expect(sound.count == 10 && sound[5].header.marker)
        #expect(sound[4].header.timestamp.distance(to: sound[5].header.timestamp) == 960 + 14_400)
        #expect(sound[5].header.sequenceNumber == sound[4].header.sequenceNumber.next)
    }

    @Test("A gap in the middle of a packet does not tear its timestamp")
    func gapInPacket() throws {
        let speaker = try Speaker()
        speaker.say(11)
        speaker.pipeline.discontinuity()
        speaker.time = speaker.time + .milliseconds(300)
        speaker.say(9)
        let sound = speaker.sound
        #expect(sound.count == 10)
        let clock = speaker.pipeline.stream.clock
        let resumed = clock.timestamp(nanoseconds: 50_000_000_000 + 110_000_000 + 300_000_000)
        #expect(sound[5].header.timestamp == resumed.advanced(by: -480))
        #expect(sound[6].header.timestamp == resumed.advanced(by: 480))
    }

    @Test("Timestamps never go back when a card that ran fast is replaced")
    func fastCard() throws {
        let speaker = try Speaker()
        speaker.say(1000, fast: 1000)
        speaker.pipeline.discontinuity()
        speaker.say(20)
        let stamps = speaker.sound.map(\.header.timestamp)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0.distance(to: $1) >= 960 })
        let report = speaker.pipeline.stream.reportTimestamp(at: speaker.time)
        #expect(abs(try #require(stamps.last).distance(to: report) - 960) <= 2)
    }

    @Test("On hold nothing is sent; afterwards timestamps have gone on with time")
    func hold() throws {
        let speaker = try Speaker()
        speaker.say(10)
        speaker.pipeline.setPaused(true)
        speaker.say(100)
        #expect(speaker.sound.count == 5)
        speaker.pipeline.setPaused(false)
        speaker.say(10)
        let sound = speaker.sound
        #expect(sound.count == 10 && sound[5].header.marker)
        #expect(sound[4].header.timestamp.distance(to: sound[5].header.timestamp) == 960 + 48_000)
    }

    @Test(
        "A key is an event of 160 ms with a timestamp of its start and an end told three times",
        arguments: [(480, 48), (80, 8)])
    func key(_ ticks: UInt32, _ kilohertz: UInt32) throws {
        let speaker = try Speaker(ticks: ticks, clockRate: try #require(ClockRate(hertz: kilohertz * 1000)))
        speaker.say(4)
        #expect(speaker.pipeline.sendKey("5"))
        speaker.say(40)
        let keys = speaker.keys
        let events = try keys.map { packet in
            try #require(packet.payload.withUnsafeBytes { TelephoneEventPayload(parsing: $0) })
        }
        #expect(events.allSatisfy { $0.event == 5 })
        #expect(events.map(\.duration).map { Int($0) / Int(ticks) } == [1, 3, 5, 7, 9, 11, 13, 15, 16, 16, 16])
        #expect(events.map(\.isEnd) == Array(repeating: false, count: 8) + [true, true, true])
        #expect(keys.map(\.header.marker) == [true] + Array(repeating: false, count: 10))
        #expect(Set(keys.map(\.header.timestamp)).count == 1)
        // The event begins where the sound stopped, and the sound goes on after it, with a marker.
        let sound = speaker.sound
        #expect(sound[1].header.timestamp.distance(to: keys[0].header.timestamp) == Int64(ticks) * 2)
        let next = try #require(
            sound.first { keys[10].header.sequenceNumber.distance(to: $0.header.sequenceNumber) == 1 })
        #expect(next.header.marker)
        #expect(keys[0].header.timestamp.distance(to: next.header.timestamp) == Int64(ticks) * 18)
        let all = speaker.transport.packets.map(\.header.sequenceNumber)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.next == $1 })
    }

    @Test("A key's duration counts in the clock of its own payload type, its timestamp in that of the stream")
    func eventClock() throws {
        let speaker = try Speaker(eventClock: .narrowband)
        speaker.say(4)
        #expect(speaker.pipeline.sendKey("5"))
        speaker.say(40)
        let events = try speaker.keys.map { packet in
            try #require(packet.payload.withUnsafeBytes { TelephoneEventPayload(parsing: $0) })
        }
        #expect(events.map { Int($0.duration) / 80 } == [1, 3, 5, 7, 9, 11, 13, 15, 16, 16, 16])
        #expect(events.last?.duration == 1280)
        let key = try #require(speaker.keys.first)
        #expect(speaker.sound[1].header.timestamp.distance(to: key.header.timestamp) == 960)
    }

    @Test("Two keys are two events, with sound between them")
    func keys() throws {
        let speaker = try Speaker()
        speaker.say(2)
        #expect(speaker.pipeline.sendKey("*") && speaker.pipeline.sendKey("#"))
        speaker.say(60)
        let stamps = speaker.keys.map(\.header.timestamp)
        #expect(Set(stamps).count == 2)
        let first = try #require(stamps.first)
        let second = try #require(stamps.last)
        // 160 ms and a pause that a gateway can make audible.
        #expect(first.distance(to: second) >= 480 * (16 + 4))
        #expect(speaker.keys.map { $0.payload[0] } == Array(repeating: 10, count: 11) + Array(repeating: 11, count: 11))
    }

    @Test("What is no key, or not wanted by the far end, is refused")
    func refusedKeys() throws {
        let speaker = try Speaker()
        #expect(!speaker.pipeline.sendKey("x"))
        #expect(!(try Speaker(events: nil)).pipeline.sendKey("1"))
        for _ in 0..<32 { #expect(speaker.pipeline.sendKey("1")) }
        #expect(!speaker.pipeline.sendKey("1"))
    }

    @Test("The encoder hears of losses at the far end, once for each change")
    func losses() throws {
        let speaker = try Speaker()
        speaker.pipeline.setExpectedLoss(percent: 7)
        speaker.say(5)
        speaker.pipeline.setExpectedLoss(percent: 0)
        speaker.say(5)
        #expect(speaker.losses.values.withLock { $0 } == [7, 0])
    }

    @Test("Another codec with the same clock goes on with source and numbers")
    func continuing() throws {
        let speaker = try Speaker()
        speaker.say(10)
        let loss = BlockEncoder.LossLog()
        let next = AudioSendPipeline(
            payloadType: PayloadType(headerByte: 97), telephoneEvent: nil, clockRate: .opus,
            encoder: BlockEncoder(ticks: 480, blocksPerPacket: 1, loss: loss), transport: speaker.transport,
            continuing: speaker.pipeline.stream)
        let block = [Int16](repeating: 1, count: 480)
        block.withUnsafeBufferPointer { next.take($0, captureTime: speaker.time) }
        let packets = speaker.transport.packets
        #expect(packets.count == 6)
        #expect(packets[5].header.ssrc == packets[4].header.ssrc)
        #expect(packets[5].header.sequenceNumber == packets[4].header.sequenceNumber.next)
        #expect(packets[4].header.timestamp.distance(to: packets[5].header.timestamp) == 960)
        #expect(next.stream.counts.packets == 6)
    }
}
