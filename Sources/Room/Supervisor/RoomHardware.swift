package import MediaPipelines
package import RealtimeSupport

/// What the kernel announced, already held against the board file.
package enum HardwareEvent: Sendable {
    case appeared(DeviceKind, DeviceCandidate)
    case disappeared(DeviceKind, identifier: String)
    /// All devices that were there at the start have been announced.
    case settled
    /// Something about an open display changed: another screen, or its cable.
    case displayChanged
}

/// The board behind ports: how devices and codecs are opened. Made by `convened`, which alone knows the adapters.
package struct RoomHardware: Sendable {
    /// As in `Board/`, such as "raspberry-pi-4".
    package var boardName: String
    /// Devices as they come and go, those that are there first.
    package var events: AsyncStream<HardwareEvent>
    package var openCamera: @Sendable (DeviceCandidate) -> CameraPipeline.Opener
    package var openMicrophone: @Sendable (DeviceCandidate) -> MicrophonePipeline.Opener
    package var openSpeaker: @Sendable (DeviceCandidate) -> SpeakerPipeline.Opener
    package var openDisplay: @Sendable (DeviceCandidate) -> DisplayPipeline.Opener
    package var encoders: [EncoderChoice]
    package var decoders: [DecoderChoice]
    /// In order of preference.
    package var audioCodecs: [AudioCodecChoice]
    /// By thread name, see ARCHITECTURE's table of threads.
    package var scheduling: [String: ThreadScheduling]
    /// Tries the processor's codecs; called once, when the room is idle after its start, on a thread of its own.
    package var rehearse: @Sendable () -> Void
    /// Reads libraries in that a call will need; called when a call begins, on a thread of its own.
    package var warmUp: @Sendable () -> Void

    package init(
        boardName: String, events: AsyncStream<HardwareEvent>,
        openCamera: @escaping @Sendable (DeviceCandidate) -> CameraPipeline.Opener,
        openMicrophone: @escaping @Sendable (DeviceCandidate) -> MicrophonePipeline.Opener,
        openSpeaker: @escaping @Sendable (DeviceCandidate) -> SpeakerPipeline.Opener,
        openDisplay: @escaping @Sendable (DeviceCandidate) -> DisplayPipeline.Opener,
        encoders: [EncoderChoice], decoders: [DecoderChoice], audioCodecs: [AudioCodecChoice],
        scheduling: [String: ThreadScheduling], rehearse: @escaping @Sendable () -> Void,
        warmUp: @escaping @Sendable () -> Void
    ) {
        self.boardName = boardName
        self.events = events
        self.openCamera = openCamera
        self.openMicrophone = openMicrophone
        self.openSpeaker = openSpeaker
        self.openDisplay = openDisplay
        self.encoders = encoders
        self.decoders = decoders
        self.audioCodecs = audioCodecs
        self.scheduling = scheduling
        self.rehearse = rehearse
        self.warmUp = warmUp
    }
}
