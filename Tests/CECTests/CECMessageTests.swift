import CEC
import FuzzSupport
import Testing

@Suite("A message of HDMI-CEC")
struct CECMessageTests {
    @Test("What is written is read back")
    func roundTrip() {
        let message = CECMessage(from: .playback1, to: .broadcast, .activeSource, [0x21, 0x00])
        #expect(message.bytes == [0x4F, 0x82, 0x21, 0x00])
        #expect(CECMessage(bytes: message.bytes) == message)
        #expect(message.isBroadcast)
        #expect(message.description == "4f:82:21:00")
        #expect(message.physicalAddress(at: 0)?.description == "2.1.0.0")
        #expect(message.physicalAddress(at: 1) == nil)
    }

    @Test("A poll has no opcode; nothing and too much are no message")
    func edges() {
        #expect(CECMessage(bytes: [0x40])?.opcode == nil)
        #expect(CECMessage(bytes: []) == nil)
        #expect(CECMessage(bytes: [UInt8](repeating: 0, count: 17)) == nil)
        let long = CECMessage(from: .television, to: .playback1, .setOSDName, [UInt8](repeating: 65, count: 40))
        #expect(long.bytes.count == 16)
    }

    @Test("No bytes of the line trap, and what was read is written the same")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: [[0x04, 0x44, 0x00], [0x4F, 0x82, 0x10, 0x00], [0x40], [0x0F, 0x36]])
        var read = 0
        fuzzer.run(count: 20_000) { bytes in
            guard let message = CECMessage(bytes: Array(bytes)) else { return }
            read += 1
            #expect(message.bytes == Array(bytes))
            _ = message.physicalAddress(at: 2)
        }
        #expect(read > 1000)
    }
}
