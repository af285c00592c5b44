import LinuxSystem
import RTCP
import RTP

/// A far end made of bare sockets: it sees each datagram and sends what it likes.
final class RawPeer {
    /// An address of this machine that no party uses.
    static let elsewhere = IPEndpoint(address: "127.0.0.2", port: 0) ?? .any(port: 0)

    let host: IPEndpoint
    let audio: DatagramSocket
    let audioControl: DatagramSocket
    let video: DatagramSocket
    let videoControl: DatagramSocket
    private var batch = DatagramBatch(capacity: 16, slotLength: 2048)

    enum Port {
        case audio
        case audioControl
        case video
        case videoControl
    }

    init(at host: IPEndpoint = CallParty.local) throws {
        self.host = host
        audio = try DatagramSocket(bindingTo: host)
        audioControl = try DatagramSocket(bindingTo: host)
        video = try DatagramSocket(bindingTo: host)
        videoControl = try DatagramSocket(bindingTo: host)
    }

    func endpoint(_ port: Port) -> IPEndpoint {
        switch port {
        case .audio: host.with(port: audio.port)
        case .audioControl: host.with(port: audioControl.port)
        case .video: host.with(port: video.port)
        case .videoControl: host.with(port: videoControl.port)
        }
    }

    func send(_ bytes: [UInt8], from port: Port, to target: IPEndpoint) {
        bytes.withUnsafeBytes { body in
            var datagram = OutgoingDatagram(prefix: body, payload: UnsafeRawBufferPointer(start: nil, count: 0))
            withUnsafePointer(to: &datagram) {
                let one = UnsafeBufferPointer(start: $0, count: 1)
                switch port {
                case .audio: _ = try? audio.send(one, to: target)
                case .audioControl: _ = try? audioControl.send(one, to: target)
                case .video: _ = try? video.send(one, to: target)
                case .videoControl: _ = try? videoControl.send(one, to: target)
                }
            }
        }
    }

    /// The datagrams that wait on a port.
    func take(_ port: Port) throws -> [[UInt8]] {
        var all: [[UInt8]] = []
        while true {
            let count: Int
            switch port {
            case .audio: count = try batch.receive(from: audio)
            case .audioControl: count = try batch.receive(from: audioControl)
            case .video: count = try batch.receive(from: video)
            case .videoControl: count = try batch.receive(from: videoControl)
            }
            if count == 0 { return all }
            for index in 0..<count { all.append(Array(batch.bytes(index))) }
        }
    }

    /// Builds a compound packet.
    func compound(_ write: (inout RTCPWriter) -> Bool) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            var writer = RTCPWriter(bytes)
            return write(&writer) ? writer.count : 0
        }
        return Array(buffer.prefix(count))
    }

    /// An RTP packet.
    func packet(type: UInt8, sequence: Int, timestamp: UInt32, ssrc: UInt32, payload: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: RTPHeader.size)
        let header = RTPHeader(
            marker: true, payloadType: PayloadType(headerByte: type),
            sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: sequence)), timestamp: RTPTimestamp(timestamp),
            ssrc: SSRC(ssrc))
        _ = bytes.withUnsafeMutableBytes { header.write(into: $0) }
        return bytes + payload
    }
}

/// What a compound packet holds, in words.
func words(ofControl bytes: [UInt8]) -> [String] {
    bytes.withUnsafeBytes { raw in
        guard let compound = CompoundPacket(parsing: raw) else { return ["broken"] }
        return compound.map { packet in
            switch packet {
            case .senderReport: "SR"
            case .receiverReport: "RR"
            case .sourceDescription: "SDES"
            case .goodbye: "BYE"
            case .pictureLossIndication: "PLI"
            case .fullIntraRequest: "FIR"
            default: "other"
            }
        }
    }
}
