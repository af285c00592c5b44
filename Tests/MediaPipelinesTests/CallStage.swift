import LinuxSystem
import MediaPipelines
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport
import Testing

/// A codec that sends the highest sample of each block and plays it, times `gain`, as an even level.
enum LevelCodec {
    static func choice(
        _ name: String = "level", clockRate: ClockRate = .opus, gain: Int16 = 1
    ) -> AudioCodecChoice {
        AudioCodecChoice(
            name: name, clockRate: clockRate, makeEncoder: { _ in Encoder(ticks: clockRate.hertz / 100) },
            makeDecoder: { Decoder(clockRate: Int(clockRate.hertz), gain: gain) })
    }

    private final class Encoder: AudioEncoder {
        let name = "level"
        let timestampTicksPerBlock: UInt32
        init(ticks: UInt32) { timestampTicksPerBlock = ticks }

        func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int {
            output.storeBytes(of: block.max() ?? 0, as: Int16.self)
            return 2
        }

        func setExpectedLoss(percent: Int) {}
    }

    private final class Decoder: AudioDecoder {
        let name = "level"
        let clockRate: Int
        private let gain: Int16

        init(clockRate: Int, gain: Int16) {
            self.clockRate = clockRate
            self.gain = gain
        }

        func decode(_ packet: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int16>) -> Int {
            guard packet.count == 2 else { return 0 }
            let level = packet.loadUnaligned(as: Int16.self) &* gain
            UnsafeMutableBufferPointer(rebasing: output[..<480]).update(repeating: level)
            return 480
        }

        func conceal(into output: UnsafeMutableBufferPointer<Int16>, next: UnsafeRawBufferPointer?) -> Int {
            output.update(repeating: 0)
            return output.count
        }
    }
}

/// A room with scripted devices and codecs, and one call over UDP on this machine.
final class CallParty {
    let camera: CameraPipeline
    let microphone: MicrophonePipeline
    let speaker: SpeakerPipeline
    let speakerScript: DeviceScript
    let encoder = EncoderScript()
    let decoder = DecoderScript()
    let log = MediaEventLog()
    let screen: FrameInbox
    let session: CallMediaSession

    static let local = IPEndpoint(address: "127.0.0.1", port: 0) ?? .any(port: 0)

    init(level: Int16, mediaTimeout: Duration = .seconds(30)) throws {
        let cameraScript = try DeviceScript()
        let microphoneScript = try DeviceScript()
        let speakerScript = try DeviceScript()
        self.speakerScript = speakerScript
        camera = try CameraPipeline(report: { _ in })
        microphone = try MicrophonePipeline(report: { _ in })
        speaker = try SpeakerPipeline(report: { _ in })
        screen = FrameInbox(capacity: 2, doorbell: try Doorbell())
        let log = log
        session = try CallMediaSession(
            address: Self.local, ports: nil,
            devices: RoomDevicePipelines(camera: camera, microphone: microphone, speaker: speaker),
            options: CallMediaOptions(
                encoders: [encoder.choice], decoders: [decoder.choice],
                slate: { PictureSource($0, count: 1).picture(luma: 40) }, mediaTimeout: mediaTimeout),
            output: screen, canonicalName: "test-\(level)", events: { log.add($0) })
        try camera.start()
        try microphone.start()
        try speaker.start()
        camera.open { () throws(DeviceError) in try ScriptedCamera(cameraScript) }
        microphone.open { () throws(DeviceError) in try ScriptedMicrophone(microphoneScript, sample: level) }
        speaker.open { () throws(DeviceError) in try ScriptedSpeaker(speakerScript) }
        camera.setStreaming(true)
        microphone.setStreaming(true)
        speaker.setStreaming(true)
    }

    func end() {
        session.stop()
        camera.stop()
        microphone.stop()
        speaker.stop()
    }

    /// Level of the sound that was played last.
    var heard: Int { speakerScript.now.peaks.last ?? 0 }

    var address: (audio: IPEndpoint, audioControl: IPEndpoint, video: IPEndpoint, videoControl: IPEndpoint) {
        (
            Self.local.with(port: session.audioTransport.localPort),
            Self.local.with(port: session.audioTransport.localControlPort),
            Self.local.with(port: session.videoTransport.localPort),
            Self.local.with(port: session.videoTransport.localControlPort)
        )
    }

    /// Applies a session with the other side's addresses.
    func apply(
        audio: IPEndpoint, audioControl: IPEndpoint, video: IPEndpoint, videoControl: IPEndpoint,
        change: (inout AudioStreamPlan, inout VideoStreamPlan) -> Void = { _, _ in }
    ) throws {
        var sound = AudioStreamPlan(
            address: StreamAddress(remote: audio, remoteControl: audioControl, sends: true, receives: true),
            codec: LevelCodec.choice(), sendPayloadType: PayloadType(headerByte: 96),
            receivePayloadTypes: [PayloadType(headerByte: 96)], sendTelephoneEvent: PayloadType(headerByte: 101),
            receiveTelephoneEvent: PayloadType(headerByte: 101))
        var pictures = VideoStreamPlan(
            address: StreamAddress(remote: video, remoteControl: videoControl, sends: true, receives: true),
            send: VideoSendConfiguration(
                payloadType: PayloadType(headerByte: 97), packetization: .nonInterleaved, profileLevelID: 0x42E01F,
                bitrate: BitsPerSecond(500_000), frameRate: FrameRate(30), maximumSize: (128, 72)),
            receivePayloadTypes: [PayloadType(headerByte: 97)], takesPictureLoss: true, takesFullIntraRequest: true)
        change(&sound, &pictures)
        try session.apply(audio: sound, video: pictures)
    }

    func apply(
        to other: CallParty, change: (inout AudioStreamPlan, inout VideoStreamPlan) -> Void = { _, _ in }
    ) throws {
        let remote = other.address
        try apply(
            audio: remote.audio, audioControl: remote.audioControl, video: remote.video,
            videoControl: remote.videoControl, change: change)
    }

    func apply(
        to peer: RawPeer, change: (inout AudioStreamPlan, inout VideoStreamPlan) -> Void = { _, _ in }
    ) throws {
        try apply(
            audio: peer.endpoint(.audio), audioControl: peer.endpoint(.audioControl), video: peer.endpoint(.video),
            videoControl: peer.endpoint(.videoControl), change: change)
    }
}

/// Two parties: the first sends sound of level 1000, the second of 2000.
struct CallPair {
    let first: CallParty
    let second: CallParty

    init() throws {
        first = try CallParty(level: 1000)
        second = try CallParty(level: 2000)
    }

    /// Returns when both hear each other.
    func connect() throws {
        try first.apply(to: second)
        try second.apply(to: first)
        try eventually("both hear each other") { first.heard == 2000 && second.heard == 1000 }
    }

    func end() {
        first.end()
        second.end()
    }
}
