import LinuxSystem
import RTCP
import RTP

/// Writes and paces a call's RTCP: reports, requests for key frames, goodbyes. Confined to the network thread.
struct ReportSender: ~Copyable {
    /// The first reports leave soon, since lip sync at the far end waits for them.
    private static let firstReport: Int64 = 40_000_000
    private static let secondReport: Int64 = 500_000_000
    private static let bufferLength = 512

    private let canonicalName: String
    private let clock: NTPClock
    private let buffer: UnsafeMutableRawBufferPointer
    private let interval = RTCPInterval(sessionBitsPerSecond: 1_500_000)
    private var sent = 0
    private var commandNumber: UInt8 = 0
    private(set) var nextDue: MonotonicTime

    init(canonicalName: String, clock: NTPClock) {
        self.canonicalName = canonicalName
        self.clock = clock
        buffer = .allocate(byteCount: Self.bufferLength, alignment: 8)
        nextDue = MonotonicTime.now.advanced(byNanoseconds: Self.firstReport)
    }

    deinit { buffer.deallocate() }

    func isDue(_ now: MonotonicTime) -> Bool { now >= nextDue }

    /// RFC 3550 §6.2: about once a second here, spread by chance; the second report half a second after the first.
    mutating func scheduleNext(_ now: MonotonicTime) {
        sent += 1
        guard sent > 1 else {
            nextDue = now.advanced(byNanoseconds: Self.secondReport)
            return
        }
        let seconds = max(
            interval.seconds(
                members: 2, senders: 2, weSend: true, averageSize: 120, isInitial: false,
                random: Double.random(in: 0..<1)), 1)
        nextDue = now.advanced(byNanoseconds: Int64(seconds * 1e9))
    }

    mutating func sendReport(
        stream: RTPSendStream?, receiver: StreamReceiver, transport: any RTPTransport, _ now: MonotonicTime
    ) {
        guard let stream else { return }
        var writer = RTCPWriter(buffer)
        let counts = stream.counts
        var fits: Bool
        if counts.packets > 0 {
            fits = writer.append(
                SenderReport(
                    sender: stream.ssrc, ntpTimestamp: clock.timestamp(nanoseconds: now.nanoseconds),
                    rtpTimestamp: stream.reportTimestamp(at: now),
                    packetCount: UInt32(truncatingIfNeeded: counts.packets),
                    octetCount: UInt32(truncatingIfNeeded: counts.octets)))
        } else {
            fits = writer.appendReceiverReport(receiver: stream.ssrc)
        }
        if let block = receiver.makeBlock(at: now) { fits = writer.append(block) && fits }
        fits = writer.appendSourceDescription(source: stream.ssrc, canonicalName: canonicalName) && fits
        if fits { transport.sendControl(writer.bytes) }
    }

    /// PLI, and FIR where the far end said that it obeys it; behind an empty report, as RFC 4585 §3.1 wants.
    mutating func sendKeyFrameRequest(
        from sender: SSRC, to source: SSRC, byFullIntra: Bool, transport: any RTPTransport
    ) {
        var writer = RTCPWriter(buffer)
        var fits = writer.appendReceiverReport(receiver: sender)
        fits = writer.appendSourceDescription(source: sender, canonicalName: canonicalName) && fits
        fits = writer.append(PictureLossIndication(sender: sender, mediaSource: source)) && fits
        if byFullIntra {
            commandNumber &+= 1
            fits = writer.append(.init(mediaSource: source, commandNumber: commandNumber), sender: sender) && fits
        }
        if fits { transport.sendControl(writer.bytes) }
    }

    mutating func sendGoodbye(_ source: SSRC, transport: any RTPTransport) {
        var writer = RTCPWriter(buffer)
        var fits = writer.appendReceiverReport(receiver: source)
        fits = writer.appendSourceDescription(source: source, canonicalName: canonicalName) && fits
        fits = writer.appendGoodbye(source: source) && fits
        if fits { transport.sendControl(writer.bytes) }
    }
}
