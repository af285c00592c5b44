import Glibc
import MediaTypes
import SyntheticDevices
import Testing

@testable import OpusCodec

/// A second of a tone in 10 ms blocks.
func tone(_ frequency: Double, blocks: Int = 100) -> [[Int16]] {
    (0..<blocks).map { block in
        (0..<480).map { Int16(8000 * sin(2 * .pi * frequency * Double(block * 480 + $0) / 48_000)) }
    }
}

extension OpusVoiceEncoder {
    func packets(of blocks: [[Int16]]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var room = [UInt8](repeating: 0, count: 1500)
        for block in blocks {
            let count = block.withUnsafeBufferPointer { block in
                room.withUnsafeMutableBytes { encode(block, into: $0) }
            }
            if count > 0 { packets.append(Array(room[..<count])) }
        }
        return packets
    }
}

extension OpusVoiceDecoder {
    func samples(of packet: [UInt8]) -> [Int16] {
        var room = [Int16](repeating: 0, count: 5760)
        let count = packet.withUnsafeBytes { packet in
            room.withUnsafeMutableBufferPointer { decode(packet, into: $0) }
        }
        return Array(room[..<count])
    }

    func concealed(_ count: Int, next: [UInt8]? = nil) -> [Int16] {
        var room = [Int16](repeating: 0, count: count)
        let written = room.withUnsafeMutableBufferPointer { room in
            guard let next else { return conceal(into: room, next: nil) }
            return next.withUnsafeBytes { conceal(into: room, next: $0) }
        }
        return Array(room[..<written])
    }
}

@Suite("Opus")
struct OpusVoiceTests {
    @Test("A tone goes through, a packet for every 20 ms", arguments: [440.0, 1000, 7000])
    func tonePasses(frequency: Double) throws {
        let encoder = try OpusVoiceEncoder()
        let decoder = try OpusVoiceDecoder()
        let packets = encoder.packets(of: tone(frequency))
        #expect(packets.count == 50)
        let sound = packets.map(decoder.samples)
        #expect(sound.allSatisfy { $0.count == 960 })
        let settled = Array(sound.joined().suffix(24_000))
        #expect(ToneMeter.share(of: frequency, in: settled) > 0.95)
        #expect(abs(ToneMeter.peak(of: frequency, in: settled) / (8000 / 32767) - 1) < 0.15)
        // 48 kbit/s.
        #expect((90...150).contains(packets.map(\.count).reduce(0, +) / packets.count))
    }

    @Test("Packet times other than 20 ms", arguments: [(1, 480), (4, 1920), (6, 2880)])
    func packetTimes(blocks: Int, samples: Int) throws {
        let encoder = try OpusVoiceEncoder(options: OpusOptions(blocksPerPacket: blocks))
        let decoder = try OpusVoiceDecoder()
        let packets = encoder.packets(of: tone(440, blocks: 12))
        #expect(packets.count == 12 / blocks)
        #expect(packets.allSatisfy { decoder.samples(of: $0).count == samples })
    }

    @Test("A lost packet comes back from the next one while loss is expected")
    func redundancy() throws {
        // A tone that jumps, so that a guess from the past would be wrong.
        let blocks = tone(400, blocks: 40) + tone(900, blocks: 4) + tone(400, blocks: 10)
        let lost = 20
        func recovered(loss: Int) throws -> Double {
            let encoder = try OpusVoiceEncoder(options: OpusOptions(bitrate: 32_000))
            encoder.setExpectedLoss(percent: loss)
            let packets = encoder.packets(of: blocks)
            let decoder = try OpusVoiceDecoder()
            for packet in packets[..<lost] { _ = decoder.samples(of: packet) }
            let filled = decoder.concealed(960, next: packets[lost + 1])
            #expect(filled.count == 960)
            return ToneMeter.peak(of: 900, in: filled) / max(ToneMeter.peak(of: 400, in: filled), 1e-6)
        }
        #expect(try recovered(loss: 20) > 1.5)
        #expect(try recovered(loss: 0) < 1)
    }

    @Test("A gap without a following packet is filled with the sound that was there, then fades")
    func concealment() throws {
        let encoder = try OpusVoiceEncoder()
        let decoder = try OpusVoiceDecoder()
        for packet in encoder.packets(of: tone(440)) { _ = decoder.samples(of: packet) }
        let first = decoder.concealed(960)
        #expect(first.count == 960)
        #expect(ToneMeter.peak(of: 440, in: first) > 0.01)
        var last: [Int16] = []
        for _ in 0..<100 { last = decoder.concealed(960) }
        #expect((last.map { abs(Int($0)) }.max() ?? 0) < 1000)
        #expect(decoder.concealed(100).isEmpty)
        #expect(decoder.concealed(500).count == 480)
    }

    @Test("Stereo from the other side comes out as mono; malformed packets give nothing")
    func strangers() throws {
        let decoder = try OpusVoiceDecoder()
        #expect(decoder.samples(of: [0xFF, 0xFF, 0xFF]).isEmpty)
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = Int(state >> 58)
            let packet = (0..<count).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 56) ^ UInt64($0)) }
            #expect(decoder.samples(of: packet).count <= 5760)
        }
    }

    @Test("A block of a wrong length and no room for the packet give nothing")
    func misuse() throws {
        let encoder = try OpusVoiceEncoder(options: OpusOptions(blocksPerPacket: 1))
        #expect(encoder.packets(of: [[1, 2, 3]]).isEmpty)
        let none = tone(440, blocks: 1)[0].withUnsafeBufferPointer { block in
            encoder.encode(block, into: UnsafeMutableRawBufferPointer(start: nil, count: 0))
        }
        #expect(none == 0)
    }
}
