package import LinuxSystem
package import MediaTypes
package import RTP
import RTPPayload
package import RealtimeSupport
import Synchronization

/// Sound from the microphone to the network, one for each call that sends sound.
///
/// ```
///  audio capture thread ("microphone")                                       kernel
///  AudioSource -> volume, mute -> AudioEncoder -> RTPSendStream -> UDP
///                                     ^
///                                     +-- telephone events instead of sound while a key is sent (RFC 4733)
/// ```
///
/// `take` runs on the microphone thread for each 10 ms block; nothing is queued.
package final class AudioSendPipeline: Sendable {
    package let stream: RTPSendStream
    package let codecName: String
    private let state: AudioSendState
    private let paused = Atomic<Bool>(false)
    private let keys: SPSCRing<UInt8>

    /// - Parameters:
    ///   - telephoneEvent: payload type of RFC 4733 events, nil when the far end takes none.
    ///   - encoder: handed over; used on the microphone thread only.
    package init(
        payloadType: PayloadType, telephoneEvent: PayloadType?, clockRate: ClockRate,
        encoder: sending any AudioEncoder, transport: any RTPTransport
    ) {
        stream = RTPSendStream(clockRate: clockRate, transport: transport)
        codecName = encoder.name
        keys = SPSCRing(minimumCapacity: 32)
        state = AudioSendState(encoder: encoder, payloadType: payloadType, telephoneEvent: telephoneEvent)
    }

    /// Stops sending (hold).
    package func setPaused(_ value: Bool) { paused.store(value, ordering: .relaxed) }

    /// Sends one key as telephone event (RFC 4733), 160 ms long; false when the far end takes none, the character is
    /// no key, or too many keys wait. One caller at a time.
    package func sendKey(_ key: Character) -> Bool {
        guard state.telephoneEvent != nil, let event = TelephoneEventPayload.event(of: key) else { return false }
        return keys.push(event) == nil
    }

    /// From the microphone until the packet was given to the kernel.
    package var latency: LatencyHistogram { state.latency }

    // MARK: - Real-time

    /// Sends one block; microphone thread only. `captureTime` is that of its first sample.
    package func take(_ block: UnsafeBufferPointer<Int16>, captureTime: MonotonicTime) {
        if paused.load(ordering: .relaxed) { return }
        if state.event == nil, let key = keys.pop() { state.beginEvent(key) }
        state.take(block, captureTime: captureTime, stream: stream)
    }

    /// The microphone changed or over-ran: the next block starts a new talk spurt at its own time.
    package func discontinuity() { state.isAnchored = false }
}

/// What the microphone thread keeps for one call.
private final class AudioSendState: @unchecked Sendable {
    // @unchecked: after init only the microphone thread touches it; `telephoneEvent` and `latency` never change.
    let telephoneEvent: PayloadType?
    let latency = LatencyHistogram()
    var isAnchored = false
    private(set) var event: UInt8?

    private let encoder: any AudioEncoder
    private let payloadType: PayloadType
    private let packet: UnsafeMutableRawBufferPointer
    private var timestamp = RTPTimestamp(0)
    private var packetTimestamp = RTPTimestamp(0)
    private var packetTime = MonotonicTime.zero
    private var blocksInPacket = 0
    private var startsTalk = true
    private var eventTimestamp = RTPTimestamp(0)
    private var eventBlocks = 0

    /// Blocks from the start of a key to its end, and packets that repeat the end (RFC 4733 §2.5.1.4).
    private static let eventLength = 16
    private static let eventEnds = 3
    private static let longestPacket = 1400

    init(encoder: sending any AudioEncoder, payloadType: PayloadType, telephoneEvent: PayloadType?) {
        self.encoder = encoder
        self.payloadType = payloadType
        self.telephoneEvent = telephoneEvent
        packet = .allocate(byteCount: Self.longestPacket, alignment: 16)
    }

    deinit { packet.deallocate() }

    func beginEvent(_ code: UInt8) {
        event = code
        eventBlocks = 0
        eventTimestamp = timestamp
    }

    func take(_ block: UnsafeBufferPointer<Int16>, captureTime: MonotonicTime, stream: RTPSendStream) {
        anchor(captureTime, stream)
        if blocksInPacket == 0 {
            packetTimestamp = timestamp
            packetTime = captureTime
        }
        blocksInPacket += 1
        let bytes = encoder.encode(block, into: packet)
        timestamp = timestamp.advanced(by: Int64(encoder.timestampTicksPerBlock))
        if let event {
            sendEvent(event, stream)
            if bytes > 0 { blocksInPacket = 0 }
            return
        }
        guard bytes > 0 else { return }
        blocksInPacket = 0
        _ = stream.append(
            payloadType: payloadType, timestamp: packetTimestamp, marker: startsTalk,
            body: UnsafeRawBufferPointer(rebasing: packet[..<min(bytes, packet.count)]), prefix: { _ in 0 })
        startsTalk = false
        stream.flush()
        latency.record(nanoseconds: MonotonicTime.now - packetTime)
    }

    /// Timestamps count the card's samples; the report clock follows how far they have come from the system's.
    private func anchor(_ captureTime: MonotonicTime, _ stream: RTPSendStream) {
        let expected = stream.clock.timestamp(nanoseconds: captureTime.nanoseconds)
        if !isAnchored {
            isAnchored = true
            startsTalk = true
            timestamp = expected
        }
        stream.setAnchorShift(ticks: expected.distance(to: timestamp))
    }

    private func sendEvent(_ code: UInt8, _ stream: RTPSendStream) {
        guard let telephoneEvent else {
            event = nil
            return
        }
        eventBlocks += 1
        let isEnd = eventBlocks >= Self.eventLength
        // One packet each 20 ms while the key is down, then three that tell its end.
        if isEnd || eventBlocks % 2 == 1 {
            let blocks = min(eventBlocks, Self.eventLength)
            let duration = UInt16(clamping: blocks * Int(encoder.timestampTicksPerBlock))
            let payload = TelephoneEventPayload(event: code, isEnd: isEnd, duration: duration)
            _ = stream.append(
                payloadType: telephoneEvent, timestamp: eventTimestamp, marker: eventBlocks == 1,
                body: UnsafeRawBufferPointer(start: nil, count: 0)
            ) { payload.write(into: $0) ?? 0 }
            stream.flush()
        }
        if eventBlocks >= Self.eventLength + Self.eventEnds - 1 {
            event = nil
            startsTalk = true
        }
    }
}
