package import LinuxSystem
package import MediaTypes
import RTP
package import RealtimeSupport
import Synchronization

/// The room's devices as a call sees them.
package struct RoomDevicePipelines: Sendable {
    package let camera: CameraPipeline
    package let microphone: MicrophonePipeline
    package let speaker: SpeakerPipeline

    package init(camera: CameraPipeline, microphone: MicrophonePipeline, speaker: SpeakerPipeline) {
        self.camera = camera
        self.microphone = microphone
        self.speaker = speaker
    }
}

/// How a call's media threads are made, from the board file.
package struct CallMediaOptions: Sendable {
    package var encoders: [EncoderChoice]
    package var decoders: [DecoderChoice]
    package var networkScheduling: ThreadScheduling
    package var decodeScheduling: ThreadScheduling
    /// Makes the picture that stands for a camera that is not there.
    package var slate: @Sendable (VideoFormat) -> FrameHandle?
    /// Nothing from the far end for this long, neither sound nor picture nor RTCP, ends the call.
    package var mediaTimeout: Duration

    package init(
        encoders: [EncoderChoice], decoders: [DecoderChoice], networkScheduling: ThreadScheduling = .init(),
        decodeScheduling: ThreadScheduling = .init(), slate: @escaping @Sendable (VideoFormat) -> FrameHandle?,
        mediaTimeout: Duration = .seconds(30)
    ) {
        self.encoders = encoders
        self.decoders = decoders
        self.networkScheduling = networkScheduling
        self.decodeScheduling = decodeScheduling
        self.slate = slate
        self.mediaTimeout = mediaTimeout
    }
}

/// All media of one call: its ports from the first offer on, its pipelines once offer and answer have met.
///
/// Control side only (one caller at a time); the pipelines run on their own threads.
package final class CallMediaSession: Sendable {
    package let audioTransport: any RTPTransport
    package let videoTransport: any RTPTransport

    private let devices: RoomDevicePipelines
    private let options: CallMediaOptions
    private let output: FrameInbox
    private let canonicalName: String
    private let events: @Sendable (MediaEvent) -> Void
    private let running = Mutex(Running())

    /// The pipelines of the agreed session.
    package struct Running: Sendable {
        package var audioPlan: AudioStreamPlan?
        package var videoPlan: VideoStreamPlan?
        package var audioSend: AudioSendPipeline?
        package var audioReceive: AudioReceivePipeline?
        package var videoSend: VideoSendPipeline?
        package var videoReceive: VideoReceivePipeline?
        package var network: CallNetworkLoop?

        package init() {}
    }

    /// Binds the ports; nothing flows before `apply`.
    ///
    /// - Parameters:
    ///   - output: where the far end's pictures go.
    ///   - canonicalName: the CNAME of our RTCP (RFC 7022: random for each call).
    ///   - events: called on media threads; must not block.
    package init(
        address: IPEndpoint, ports: ClosedRange<UInt16>?, devices: RoomDevicePipelines, options: CallMediaOptions,
        output: FrameInbox, canonicalName: String, events: @escaping @Sendable (MediaEvent) -> Void
    ) throws(SystemError) {
        audioTransport = try UDPTransport(address: address, ports: ports)
        videoTransport = try UDPTransport(address: address, ports: ports)
        self.devices = devices
        self.options = options
        self.output = output
        self.canonicalName = canonicalName
        self.events = events
    }

    /// The pipelines now, for status.
    package var pipelines: Running { running.withLock { $0 } }

    /// Brings the pipelines in line with what was agreed; again after each re-INVITE.
    ///
    /// What can change while the streams go on (addresses, directions, the bitrate) does; for anything else the
    /// pipelines are made anew, with the numbers of the streams going on.
    package func apply(audio: AudioStreamPlan?, video: VideoStreamPlan?) throws(MediaSetupError) {
        var now = running.withLock { $0 }
        if now.network != nil, Self.goesOn(now, audio, video) {
            now.audioPlan = audio
            now.videoPlan = video
            if let video { now.videoSend?.setBitrate(video.send.bitrate) }
            directVideo(now)
        } else {
            let earlier = (audio: now.audioSend?.stream, video: now.videoSend?.stream)
            dismantle(&now, saysGoodbye: false)
            do {
                try build(&now, audio, video, continuing: earlier)
            } catch {
                dismantle(&now, saysGoodbye: true)
                running.withLock { $0 = now }
                throw error
            }
        }
        directAudio(now)
        running.withLock { $0 = now }
    }

    /// Ends all threads of the call and says goodbye by RTCP.
    package func stop() {
        var now = running.withLock { value -> Running in
            defer { value = Running() }
            return value
        }
        dismantle(&now, saysGoodbye: true)
    }

    /// Asks the far end for a key frame.
    package func requestRemoteKeyFrame() { pipelines.network?.requestKeyFrame() }

    private static func goesOn(_ now: Running, _ audio: AudioStreamPlan?, _ video: VideoStreamPlan?) -> Bool {
        let sound = now.audioPlan
        let pictures = now.videoPlan
        guard sound?.alternatives == audio?.alternatives, sound?.telephoneEventClock == audio?.telephoneEventClock
        else { return false }
        return sound?.codec.name == audio?.codec.name
            && sound?.sendPayloadType == audio?.sendPayloadType
            && sound?.receivePayloadTypes == audio?.receivePayloadTypes
            && sound?.packetTime == audio?.packetTime
            && sound?.sendTelephoneEvent == audio?.sendTelephoneEvent
            && sound?.receiveTelephoneEvent == audio?.receiveTelephoneEvent
            && pictures?.receivePayloadTypes == video?.receivePayloadTypes
            && pictures?.takesFullIntraRequest == video?.takesFullIntraRequest
            && pictures?.send.payloadType == video?.send.payloadType
            && pictures?.send.packetization == video?.send.packetization
            && pictures?.send.maximumPayloadSize == video?.send.maximumPayloadSize
            && pictures?.send.profileLevelID == video?.send.profileLevelID
            && pictures?.send.frameRate == video?.send.frameRate
            && pictures?.send.maximumSize.width == video?.send.maximumSize.width
            && pictures?.send.maximumSize.height == video?.send.maximumSize.height
    }

    private func build(
        _ now: inout Running, _ audio: AudioStreamPlan?, _ video: VideoStreamPlan?,
        continuing earlier: (audio: RTPSendStream?, video: RTPSendStream?)
    ) throws(MediaSetupError) {
        now.audioPlan = audio
        now.videoPlan = video
        let lipSync = LipSyncClock()
        let request = KeyFrameRequest()
        do {
            // What the far end waits for comes first: the camera's newest picture is coded while the rest is made.
            if let video {
                let send = try VideoSendPipeline(
                    configuration: video.send, transport: videoTransport, encoders: options.encoders,
                    slate: options.slate, expecting: devices.camera.pictures,
                    askCamera: { [camera = devices.camera] in camera.requestKeyFrame() },
                    continuing: earlier.video, events: events)
                now.videoSend = send
                directVideo(now)
                try send.start()
            }
        } catch {
            throw .system(error)
        }
        do {
            if let audio {
                now.audioSend = AudioSendPipeline(
                    payloadType: audio.sendPayloadType, telephoneEvent: audio.sendTelephoneEvent,
                    eventClock: audio.telephoneEventClock, clockRate: audio.codec.clockRate,
                    encoder: try audio.codec.makeEncoder(max(audio.packetTime / 10, 1)),
                    transport: audioTransport, continuing: earlier.audio)
                var alternatives: [any AudioDecoder] = []
                for other in audio.alternatives { alternatives.append(try other.codec.makeDecoder()) }
                now.audioReceive = AudioReceivePipeline(
                    decoder: try audio.codec.makeDecoder(), alternatives: alternatives)
            }
        } catch {
            throw .codec(error)
        }
        do {
            if let video {
                let receive = try VideoReceivePipeline(
                    decoders: options.decoders, output: output, lipSync: lipSync, sound: now.audioReceive,
                    requestKeyFrame: { request.ask() }, events: events)
                receive.setParameterSets(video.parameterSets)
                now.videoReceive = receive
            }
            let network = try CallNetworkLoop(
                audio: audio.map {
                    AudioLeg(plan: $0, transport: audioTransport, send: now.audioSend, receive: now.audioReceive)
                },
                video: video.map {
                    VideoLeg(plan: $0, transport: videoTransport, send: now.videoSend, receive: now.videoReceive)
                },
                lipSync: lipSync, canonicalName: canonicalName, mediaTimeout: options.mediaTimeout, events: events)
            request.connect { [weak network] in network?.requestKeyFrame() }
            now.network = network
            try network.start(scheduling: options.networkScheduling)
            try now.videoReceive?.start(scheduling: options.decodeScheduling)
        } catch {
            throw .system(error)
        }
    }

    /// Applies addresses and directions, the pictures' own in `directVideo`.
    private func directAudio(_ now: Running) {
        let addresses = [now.audioPlan?.address, now.videoPlan?.address].compactMap(\.self)
        // A far end that takes nothing holds the call, and may send nothing though it says "sendonly" (RFC 3264 §8.4).
        now.network?.mayTimeOut = addresses.contains(where: \.receives) && addresses.contains(where: \.sends)
        if let audio = now.audioPlan {
            audioTransport.setRemote(audio.address.remote, control: audio.address.remoteControl)
        }
        if let send = now.audioSend {
            let sends = now.audioPlan?.address.sends == true
            send.setPaused(!sends)
            devices.microphone.attach(send)
        }
        if let receive = now.audioReceive {
            if now.audioPlan?.address.receives == true {
                devices.speaker.attach(receive)
            } else {
                devices.speaker.detach(receive)
            }
        }
    }

    private func directVideo(_ now: Running) {
        if let video = now.videoPlan {
            videoTransport.setRemote(video.address.remote, control: video.address.remoteControl)
        }
        if let send = now.videoSend {
            send.setPaused(now.videoPlan?.address.sends != true)
            devices.camera.attach(send.inbox)
        }
    }

    private func dismantle(_ now: inout Running, saysGoodbye: Bool) {
        if let send = now.audioSend {
            // A block that the microphone thread has in hand is not sent behind the goodbye.
            send.setPaused(true)
            devices.microphone.detach(send)
        }
        if let receive = now.audioReceive { devices.speaker.detach(receive) }
        if let send = now.videoSend { devices.camera.detach(send.inbox) }
        now.videoSend?.stop()
        now.network?.stop(saysGoodbye: saysGoodbye)
        now.videoReceive?.stop()
        now = Running()
    }
}

/// Why a call's media could not be set up.
package enum MediaSetupError: Error, Sendable, CustomStringConvertible {
    case codec(DeviceError)
    case system(SystemError)

    package var description: String {
        switch self {
        case .codec(let error): error.description
        case .system(let error): error.description
        }
    }
}

/// Breaks the circle between the decode thread, which asks for key frames, and the network thread, which sends the
/// request: made first, connected when both are there.
private final class KeyFrameRequest: Sendable {
    private let target = Mutex<(@Sendable () -> Void)?>(nil)

    func connect(_ body: @escaping @Sendable () -> Void) { target.withLock { $0 = body } }

    /// At most every 300 ms, so a lock is no burden.
    func ask() { target.withLock { $0 }?() }
}
