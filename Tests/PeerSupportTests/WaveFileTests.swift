import PeerSupport
import Testing

@Suite("WaveFile")
struct WaveFileTests {
    @Test("What is written is read back, channel by channel")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let file = WaveFile(sampleRate: 48_000, channels: 2, samples: [0, 16_384, -32_768, 8_192, 32_767, -1])
        try write(file.encoded, to: "\(folder.path)/a.wav")
        let read = try WaveFile(path: "\(folder.path)/a.wav")
        #expect(read.samples == file.samples)
        #expect(read.sampleRate == 48_000)
        #expect(read.channel(0) == [0, -1, 32_767.0 / 32_768])
        #expect(read.channel(1) == [0.5, 0.25, -1.0 / 32_768])
    }

    @Test("A recording that was cut off is read as far as it goes", arguments: [47, 46, 45, 44])
    func cutOff(length: Int) throws {
        let folder = try TemporaryFolder()
        let file = WaveFile(sampleRate: 8_000, channels: 1, samples: [1, 2, 3])
        try write(Array(file.encoded.prefix(length)), to: "\(folder.path)/a.wav")
        #expect(try WaveFile(path: "\(folder.path)/a.wav").samples == Array([1, 2, 3].prefix((length - 44) / 2)))
    }

    @Test("Another kind of file is refused in words")
    func refused() throws {
        let folder = try TemporaryFolder()
        try writeText("no sound at all", to: "\(folder.path)/a.wav")
        #expect(throws: ChildProcess.Failure.self) { try WaveFile(path: "\(folder.path)/a.wav") }
    }
}
