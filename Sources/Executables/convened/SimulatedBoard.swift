import Glibc
import MediaTypes
import Synchronization
import SyntheticDevices

/// What the simulated devices of one room share, and what tests may hear of them.
final class SimulatedBoard: Sendable {
    /// The lamp that flashes when the microphone beeps.
    let flash = FlashSchedule()

    /// Where `CONVENE_SIMULATED_RECORDING` wants what the loudspeaker played, as a WAVE file, when the room ends.
    private let recordingPath: String? = getenv("CONVENE_SIMULATED_RECORDING").map { String(cString: $0) }
    private let speaker = Mutex<SpeakerRecording?>(nil)

    func makeSpeaker(name: String) throws(DeviceError) -> NullSpeaker {
        guard recordingPath != nil else { return try NullSpeaker(name: name) }
        let made = try NullSpeaker(name: name, remembering: .seconds(60))
        speaker.withLock { $0 = made.recording }
        return made
    }

    /// Writes what was heard, 16-bit mono at 48 kHz (RIFF WAVE).
    func writeRecording() {
        guard let recordingPath, let recording = speaker.withLock({ $0 }) else { return }
        let samples = recording.last(60 * AudioFormat.sampleRate).samples
        var bytes: [UInt8] = []
        func put(_ text: String) { bytes += Array(text.utf8) }
        func put(_ value: Int, _ count: Int) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
        }
        put("RIFF")
        put(36 + samples.count * 2, 4)
        put("WAVEfmt ")
        for (value, count) in [
            (16, 4), (1, 2), (1, 2), (AudioFormat.sampleRate, 4), (AudioFormat.sampleRate * 2, 4), (2, 2), (16, 2),
        ] {
            put(value, count)
        }
        put("data")
        put(samples.count * 2, 4)
        for sample in samples { put(Int(sample), 2) }
        guard let file = fopen(recordingPath, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
