import MediaTypes
import Testing

@testable import ALSAAudio

@Suite("Sound cards by name")
struct SoundCardTests {
    @Test("A card that is not there is gone, for capture and playback, and the error says its name")
    func missing() {
        let address = PCMAddress(card: "No such card")
        for open in [{ () throws in _ = try ALSACapture(address) }, { _ = try ALSAPlayback(address) }] {
            let error = #expect(throws: DeviceError.self) { try open() }
            #expect(error?.kind == .gone)
            #expect(error?.description.hasPrefix("sound card No such card: no such card") == true)
        }
    }
}
