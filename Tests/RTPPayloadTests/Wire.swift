import H264Bitstream
import RTP
import RTPPayload

/// One packet as a test sends it.
struct Packet: Equatable {
    var payload: [UInt8]
    var header: RTPHeader
}

/// Packetizes whole access units, and puts packets together again, as sender and receiver do.
enum Wire {
    static func header(_ number: Int, timestamp: UInt32, marker: Bool) -> RTPHeader {
        RTPHeader(
            marker: marker, payloadType: PayloadType(headerByte: 96),
            sequenceNumber: SequenceNumber(0).advanced(by: number), timestamp: RTPTimestamp(timestamp), ssrc: SSRC(1))
    }

    static func packets(
        of accessUnit: [UInt8], with packetizer: H264Packetizer, from number: Int = 0, timestamp: UInt32 = 0
    ) -> [Packet] {
        accessUnit.withUnsafeBytes { raw in
            var result: [Packet] = []
            for slice in packetizer.packets(of: raw) {
                var payload = [UInt8](repeating: 0, count: slice.count)
                let written = payload.withUnsafeMutableBytes { slice.write(into: $0) }
                result.append(
                    Packet(
                        payload: written == slice.count ? payload : [],
                        header: header(number + result.count, timestamp: timestamp, marker: slice.marker)))
            }
            return result
        }
    }

    /// NAL units with four-byte start codes, as the depacketizer writes them, without delimiters.
    static func normalized(_ stream: [UInt8]) -> [UInt8] {
        stream.withUnsafeBytes { raw in
            AnnexBScanner(raw).filter { NALUnitType(headerByte: raw[$0.lowerBound]) != .accessUnitDelimiter }
                .flatMap { [0, 0, 0, 1] + Array(raw[$0]) }
        }
    }
}

/// A depacketizer with its buffer.
final class Receiver {
    var depacketizer = H264Depacketizer()
    private var buffer: [UInt8]

    struct Unit: Equatable {
        var info: ReceivedAccessUnit
        var bytes: [UInt8]
    }

    init(capacity: Int = 1 << 20) {
        buffer = [UInt8](repeating: 0xEE, count: capacity)
    }

    func receive(_ packets: [Packet]) -> [Unit] {
        var units: [Unit] = []
        for packet in packets {
            packet.payload.withUnsafeBytes { payload in
                while true {
                    let step = buffer.withUnsafeMutableBytes {
                        depacketizer.receive(payload, header: packet.header, into: $0)
                    }
                    switch step {
                    case .incomplete: return
                    case .accessUnit(let info):
                        units.append(Unit(info: info, bytes: Array(buffer[info.range])))
                        return
                    case .accessUnitBeforePacket(let info):
                        units.append(Unit(info: info, bytes: Array(buffer[info.range])))
                    }
                }
            }
        }
        return units
    }

    func finish() -> Unit? {
        depacketizer.finish().map { Unit(info: $0, bytes: Array(buffer[$0.range])) }
    }
}
