import CALSA
import Testing

@testable import ALSAAudio

@Suite("Streams as ALSA's configuration describes them")
struct PCMHandleTests {
    /// Opens a definition with the library's null device in the place of the card.
    private func negotiate(_ wiring: PCMHandle.Wiring) throws -> HardwareSetup {
        let address = PCMAddress(card: "any", device: 2, subdevice: 3)
        let text = PCMHandle.definition(address, wiring, card: 1)
        let hardware = "type hw card 1 device 2 subdevice 3"
        #expect(text.contains(hardware))
        let null = text.split(separator: hardware).joined(separator: "type null")
        var configuration: OpaquePointer?
        #expect(snd_config_load_string(&configuration, null, 0) == 0)
        defer { snd_config_delete(configuration) }
        var pcm: OpaquePointer?
        #expect(snd_pcm_open_lconf(&pcm, "room", SND_PCM_STREAM_PLAYBACK, 0, configuration) == 0)
        let opened = try #require(pcm)
        defer { snd_pcm_close(opened) }
        return try HardwareSetup(opened, PCMStream.Request(isCapture: false, bufferFrames: 2880), name: "null")
    }

    @Test("Both the plain card and the one of subframes take 16 bits in two channels at 48 kHz")
    func negotiates() throws {
        for wiring in [PCMHandle.Wiring.direct, .subframes] {
            let setup = try negotiate(wiring)
            #expect(setup.format == .s16)
            #expect((setup.channels, setup.periodFrames) == (2, 480))
        }
    }
}
