import AVCDecoder
import ControlProtocol
import DeviceMonitor
import G711Codec
import LinuxSystem
import MediaPipelines
import MediaTypes
import OpusCodec
import RTP
import RoomConfiguration
import V4L2Codec
import X264Encoder

/// The board's codecs in its order of preference, each with the adapter that opens it.
struct CodecChoices: Sendable {
    let encoders: [EncoderChoice]
    let decoders: [DecoderChoice]
    let audio: [AudioCodecChoice]
    /// Reads in what the first call needs, so that it does not wait for it.
    let warmUp: @Sendable () -> Void
    let rehearsal: CodecRehearsal

    init(board: BoardConfiguration, call: RoomSettings.Call, registry: DeviceRegistry) {
        encoders = board.encoders.compactMap { Self.encoder($0, registry) }
        decoders = board.decoders.compactMap { Self.decoder($0, registry) }
        audio = Self.audioCodecs
        let usesLibrary = board.decoders.contains { $0.kind == .libavcodec }
        warmUp = { if usesLibrary { AVCDecoder.prepare() } }
        rehearsal = CodecRehearsal(
            encoder: board.encoders.first { $0.kind == .x264 }.map(Self.options), decodes: usesLibrary,
            size: (call.size.width, call.size.height), frameRate: FrameRate(call.rate),
            bitrate: BitsPerSecond(call.maximumBitrate))
    }

    private static func encoder(_ codec: BoardConfiguration.Codec, _ registry: DeviceRegistry) -> EncoderChoice? {
        switch codec.kind {
        case .x264:
            let chosen = options(codec)
            return EncoderChoice(name: "x264") { configuration throws(DeviceError) in
                try X264Encoder(configuration, options: chosen)
            }
        case .v4l2:
            let match = codec.match
            let name = match?.summary ?? "hardware encoder"
            let options = V4L2EncoderOptions(
                allowsImport: !codec.quirks.contains(.noDMABUF),
                changesBitrateLive: codec.quirks.contains(.noLiveBitrate) ? false : nil,
                forcesKeyFrames: codec.quirks.contains(.noForceKey) ? false : nil)
            return EncoderChoice(name: name) { configuration throws(DeviceError) in
                guard let device = registry.codec(match) else {
                    throw DeviceError(.gone, device: name, detail: "the kernel knows no such encoder")
                }
                return try V4L2Encoder.open(
                    node: device.node, name: device.card, configuration: configuration, options: options)
            }
        case .libavcodec:
            return nil
        }
    }

    private static func options(_ codec: BoardConfiguration.Codec) -> X264Options {
        var options = X264Options()
        if let preset = codec.preset { options.preset = preset }
        if let threads = codec.threads, threads > 0 { options.threads = threads }
        return options
    }

    private static func decoder(_ codec: BoardConfiguration.Codec, _ registry: DeviceRegistry) -> DecoderChoice? {
        switch codec.kind {
        case .libavcodec:
            let threads = max(codec.threads ?? 1, 1)
            return DecoderChoice(name: "libavcodec") { () throws(DeviceError) in try AVCDecoder(threads: threads) }
        case .v4l2:
            let match = codec.match
            let name = match?.summary ?? "hardware decoder"
            return DecoderChoice(name: name) { () throws(DeviceError) in
                guard let device = registry.codec(match) else {
                    throw DeviceError(.gone, device: name, detail: "the kernel knows no such decoder")
                }
                return try V4L2Decoder.open(node: device.node, name: device.card)
            }
        case .x264:
            return nil
        }
    }

    private static let audioCodecs = [
        AudioCodecChoice(
            name: "opus", clockRate: .opus,
            makeEncoder: { blocks throws(DeviceError) in
                try OpusVoiceEncoder(options: OpusOptions(blocksPerPacket: blocks))
            },
            makeDecoder: { () throws(DeviceError) in try OpusVoiceDecoder() }),
        AudioCodecChoice(
            name: "PCMU", clockRate: .narrowband,
            makeEncoder: { blocks throws(DeviceError) in try G711Encoder(law: .mu, blocksPerPacket: blocks) },
            makeDecoder: { () throws(DeviceError) in try G711Decoder(law: .mu) }),
        AudioCodecChoice(
            name: "PCMA", clockRate: .narrowband,
            makeEncoder: { blocks throws(DeviceError) in try G711Encoder(law: .a, blocksPerPacket: blocks) },
            makeDecoder: { () throws(DeviceError) in try G711Decoder(law: .a) }),
    ]
}
