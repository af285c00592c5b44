import Glibc
import LinuxSystem
import MediaTypes
import Synchronization
import SyntheticDevices

/// What the simulated devices of one room share, and what tests may hear of them.
final class SimulatedBoard: Sendable {
    /// The lamp that flashes when the microphone beeps.
    let flash = FlashSchedule()

    /// Where `CONVENE_SIMULATED_RECORDING` wants what the loudspeaker played, as a WAVE file, when the room ends.
    private let recordingPath: String? = getenv("CONVENE_SIMULATED_RECORDING").map { String(cString: $0) }
    /// Where `CONVENE_SIMULATED_TIMES` wants the times at which a lamp was seen and sound was heard.
    private let timesPath: String? = getenv("CONVENE_SIMULATED_TIMES").map { String(cString: $0) }
    private let speaker = Mutex<SpeakerRecording?>(nil)
    private let lamp = LampRecording()

    /// The screen itself, or one that remembers when a lamp was seen on it.
    func recorded(_ screen: SyntheticDisplay) -> any DisplayOutput {
        timesPath == nil ? screen : RecordingDisplay(screen, into: lamp)
    }

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
        writeTimes(recording, firstSample: recording.total - samples.count)
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

    /// Lines of "lamp NANOSECONDS 0|1" and "sound NANOSECONDS SAMPLE", of CLOCK_MONOTONIC and counted from the begin of
    /// the recording.
    private func writeTimes(_ recording: SpeakerRecording, firstSample: Int) {
        guard let timesPath, let file = fopen(timesPath, "w") else { return }
        var text = ""
        for change in lamp.changes { text += "lamp \(change.time.nanoseconds) \(change.isOn ? 1 : 0)\n" }
        for mark in recording.marks { text += "sound \(mark.time.nanoseconds) \(mark.sample - firstSample)\n" }
        fputs(text, file)
        fclose(file)
    }
}
