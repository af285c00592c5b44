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
    private let expectedLoss = Atomic<Int>(0)
    private let keys: SPSCRing<UInt8>

    /// - Parameters:
    ///   - telephoneEvent: payload type of RFC 4733 events, nil when the far end takes none.
    ///   - eventClock: the clock of that payload type, in which an event's duration counts; nil for `clockRate`.
    ///   - encoder: handed over; used on the microphone thread only.
    ///   - earlier: the stream of a detached pipeline that this one takes the place of, over the same transport.
    package init(
        payloadType: PayloadType, telephoneEvent: PayloadType?, eventClock: ClockRate? = nil, clockRate: ClockRate,
        encoder: sending any AudioEncoder, transport: any RTPTransport, continuing earlier: RTPSendStream? = nil
    ) {
        // One source has one clock rate (RFC 7160 §4.1).
        if let earlier, earlier.clock.rate == clockRate {
            stream = RTPSendStream(continuing: earlier)
        } else {
            stream = RTPSendStream(clockRate: clockRate, transport: transport)
        }
        codecName = encoder.name
        keys = SPSCRing(minimumCapacity: 32)
        state = AudioSendState(
            encoder: encoder, payloadType: payloadType, telephoneEvent: telephoneEvent,
            eventClock: eventClock ?? clockRate)
    }

    /// Stops sending (hold).
    package func setPaused(_ value: Bool) { paused.store(value, ordering: .relaxed) }

    /// Sends one key as telephone event (RFC 4733), 160 ms long; false when the far end takes none, the character is
    /// no key, or too many keys wait. One caller at a time.
    package func sendKey(_ key: Character) -> Bool {
        guard state.telephoneEvent != nil, let event = TelephoneEventPayload.event(of: key) else { return false }
        return keys.push(event) == nil
    }

    /// Tells the encoder what share of packets the far end loses, 0 to 100.
    package func setExpectedLoss(percent: Int) { expectedLoss.store(percent, ordering: .relaxed) }

    /// From the microphone until the packet was given to the kernel.
    package var latency: LatencyHistogram { state.latency }

    // MARK: - Real-time

    /// Sends one block; microphone thread only. `captureTime` is that of its first sample.
    package func take(_ block: UnsafeBufferPointer<Int16>, captureTime: MonotonicTime) {
        if paused.load(ordering: .relaxed) {
            // What comes after the pause has a timestamp of its own time.
            state.isAnchored = false
            return
        }
        state.follow(expectedLoss: expectedLoss.load(ordering: .relaxed))
        state.take(block, captureTime: captureTime, stream: stream, keys: keys)
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

    private let encoder: any AudioEncoder
    private let ticksPerBlock: UInt32
    /// Ticks a second of an event's duration.
    private let eventHertz: Int
    private let payloadType: PayloadType
    private let packet: UnsafeMutableRawBufferPointer
    private var timestamp = RTPTimestamp(0)
    private var packetTimestamp = RTPTimestamp(0)
    private var packetTime = MonotonicTime.zero
    private var blocksInPacket = 0
    private var startsTalk = true
    private var hasSent = false
    private var event: UInt8?
    private var eventTimestamp = RTPTimestamp(0)
    private var eventBlocks = 0
    private var blocksUntilKey = 0
    private var expectedLoss = 0

    /// Blocks from the start of a key to its end, and packets that repeat the end (RFC 4733 §2.5.1.4).
    private static let eventLength = 16
    private static let eventEnds = 3
    /// Blocks from the last packet of a key to the first of the next: gateways that make tones of them need a pause.
    private static let eventPause = 5
    /// Seconds by which a card's clock may have run ahead of the system's.
    private static let longestLead: Int64 = 2
    private static let longestPacket = 1400

    init(
        encoder: sending any AudioEncoder, payloadType: PayloadType, telephoneEvent: PayloadType?,
        eventClock: ClockRate
    ) {
        self.encoder = encoder
        eventHertz = Int(eventClock.hertz)
        ticksPerBlock = encoder.timestampTicksPerBlock
        self.payloadType = payloadType
        self.telephoneEvent = telephoneEvent
        packet = .allocate(byteCount: Self.longestPacket, alignment: 16)
    }

    deinit { packet.deallocate() }

    func follow(expectedLoss percent: Int) {
        if percent == expectedLoss { return }
        expectedLoss = percent
        encoder.setExpectedLoss(percent: percent)
    }

    func take(
        _ block: UnsafeBufferPointer<Int16>, captureTime: MonotonicTime, stream: RTPSendStream, keys: SPSCRing<UInt8>
    ) {
        anchor(captureTime, stream)
        if event == nil { nextKey(keys) }
        if blocksInPacket == 0 {
            packetTimestamp = timestamp
            packetTime = captureTime
        }
        blocksInPacket += 1
        let bytes = encoder.encode(block, into: packet)
        timestamp = timestamp.advanced(by: Int64(ticksPerBlock))
        if bytes > 0 { blocksInPacket = 0 }
        if let event {
            sendEvent(event, stream)
            return
        }
        guard bytes > 0 else { return }
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
            // A card that ran fast is ahead of the clock: its timestamps stay, as those that were sent are heard.
            let lead = expected.distance(to: timestamp)
            let isAhead = hasSent && lead > 0 && lead < Self.longestLead * Int64(stream.clock.rate.hertz)
            if !isAhead { timestamp = expected }
            hasSent = true
            // Blocks that wait in the encoder go with those that come now.
            packetTimestamp = timestamp.advanced(by: -Int64(ticksPerBlock) * Int64(blocksInPacket))
        }
        stream.setAnchorShift(ticks: expected.distance(to: timestamp))
    }

    private func nextKey(_ keys: SPSCRing<UInt8>) {
        if blocksUntilKey > 0 {
            blocksUntilKey -= 1
            return
        }
        guard let key = keys.pop() else { return }
        event = key
        eventBlocks = 0
        eventTimestamp = timestamp
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
            // In the clock of the event's own payload type, which need not be the sound's (RFC 4733 §2.3.5).
            let duration = UInt16(clamping: blocks * eventHertz / 100)
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
            blocksUntilKey = Self.eventPause
        }
    }
}
