import Glibc
import MediaTypes
import SyntheticDevices
import Testing

@testable import G711Codec

private func tone(_ frequency: Double, blocks: Int) -> [[Int16]] {
    (0..<blocks).map { block in
        (0..<480).map { Int16(8000 * sin(2 * .pi * frequency * Double(block * 480 + $0) / 48_000)) }
    }
}

private func packets(_ encoder: G711Encoder, _ blocks: [[Int16]]) -> [[UInt8]] {
    var room = [UInt8](repeating: 0, count: 1500)
    return blocks.compactMap { block in
        let count = block.withUnsafeBufferPointer { block in
            room.withUnsafeMutableBytes { encoder.encode(block, into: $0) }
        }
        return count > 0 ? Array(room[..<count]) : nil
    }
}

private func samples(_ decoder: G711Decoder, _ packet: [UInt8]) -> [Int16] {
    var room = [Int16](repeating: 0, count: 5760)
    let count = packet.withUnsafeBytes { packet in
        room.withUnsafeMutableBufferPointer { decoder.decode(packet, into: $0) }
    }
    return Array(room[..<count])
}

private func concealed(_ decoder: G711Decoder, _ count: Int) -> [Int16] {
    var room = [Int16](repeating: 0, count: count)
    let written = room.withUnsafeMutableBufferPointer { decoder.conceal(into: $0, next: nil) }
    return Array(room[..<written])
}

@Suite("G.711")
struct G711CodecTests {
    @Test("A tone of the telephone's band goes through, 160 bytes every 20 ms", arguments: G711Law.allCases)
    func tonePasses(law: G711Law) throws {
        for frequency in [300.0, 1000, 3300] {
            let coded = packets(try G711Encoder(law: law), tone(frequency, blocks: 50))
            #expect(coded.count == 25)
            #expect(coded.allSatisfy { $0.count == 160 })
            let decoder = try G711Decoder(law: law)
            let sound = coded.map { samples(decoder, $0) }
            #expect(sound.allSatisfy { $0.count == 960 })
            let settled = Array(sound.joined().suffix(19_200))
            #expect(ToneMeter.share(of: frequency, in: settled) > 0.98)
            #expect(abs(ToneMeter.peak(of: frequency, in: settled) / (8000 / 32767) - 1) < 0.1)
        }
    }

    @Test("What lies above the band does not fold back into it")
    func aliasing() throws {
        let decoder = try G711Decoder(law: .a)
        let coded = packets(try G711Encoder(law: .a), tone(5000, blocks: 50))
        let settled = Array(coded.flatMap { samples(decoder, $0) }.suffix(19_200))
        #expect(ToneMeter.peak(of: 3000, in: settled) < 0.001)
        #expect(ToneMeter.peak(of: 5000, in: settled) < 0.001)
    }

    @Test("A lost packet is filled with the pitch that was there, then fades; the sound after it has no step")
    func concealment() throws {
        let coded = packets(try G711Encoder(law: .mu), tone(100, blocks: 60))
        let decoder = try G711Decoder(law: .mu)
        for packet in coded[..<20] { _ = samples(decoder, packet) }
        let guess = concealed(decoder, 960)
        #expect(guess.count == 960)
        #expect((guess.map { abs(Int($0)) }.max() ?? 0) > 6000)
        let after = samples(decoder, coded[21])
        let joined = guess + after
        let steps = zip(joined, joined.dropFirst()).map { abs(Int($0) - Int($1)) }
        // The steepest step of the tone itself is 105.
        #expect((steps.max() ?? 0) < 300)
        for _ in 0..<5 { _ = concealed(decoder, 960) }
        #expect(concealed(decoder, 960).allSatisfy { abs(Int($0)) < 50 })
    }

    @Test("Odd sizes and nothing", arguments: G711Law.allCases)
    func sizes(law: G711Law) throws {
        let decoder = try G711Decoder(law: law)
        #expect(samples(decoder, []).isEmpty)
        #expect(samples(decoder, [UInt8](repeating: 0xD5, count: 961)).isEmpty)
        #expect(samples(decoder, [UInt8](repeating: 0xD5, count: 33)).count == 198)
        #expect(concealed(decoder, 5).isEmpty)
        #expect(concealed(decoder, 10_000).count == 5760)
        #expect(packets(try G711Encoder(law: law), [[1, 2, 3]]).isEmpty)
        #expect(
            packets(try G711Encoder(law: law, blocksPerPacket: 3), tone(440, blocks: 6)).map(\.count) == [240, 240])
    }

    @Test("Any packets at all are decoded without a trap")
    func fuzz() throws {
        let decoder = try G711Decoder(law: .a)
        var state: UInt64 = 3
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let packet = (0..<Int(state >> 53)).map { UInt8(truncatingIfNeeded: state >> UInt64($0 % 50)) }
            #expect(samples(decoder, packet).count == (packet.count <= 960 ? packet.count * 6 : 0))
            if state >> 60 == 0 { _ = concealed(decoder, 960) }
        }
    }
}
