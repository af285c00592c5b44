import Glibc
import NIOCore
import NIOPosix
import SIP
import Testing

@testable import CallSignaling

@Suite("Who has a port", .timeLimit(.minutes(1)))
struct PortHolderTests {
    private static let titles =
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"

    /// A line of the kernel's table; the address as the kernel writes it on this machine.
    private func line(_ address: String, _ port: String, state: String = "07", inode: Int) -> String {
        "  7: \(address):\(port) 00000000:0000 \(state) 00000000:00000000 00:00000000 00000000  1000        0 \(inode) 2 0"
    }

    private func word(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> String {
        let value = [a, b, c, d].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test("The sockets in the way are those of the address and those of all addresses")
    func table() {
        let nowhere = "00000000"
        let table = SocketTable(
            [
                Self.titles, line(word(127, 0, 0, 1), "1433", inode: 11), line(nowhere, "1433", inode: 12),
                line(word(192, 0, 2, 1), "1433", inode: 13), line(word(127, 0, 0, 1), "1434", inode: 14), "garbage",
                line(String(repeating: nowhere, count: 4), "1433", inode: 15), line("xyz", "1433", inode: 16),
            ].joined(separator: "\n"))
        #expect(table.sockets(port: 0x1433, blocking: "127.0.0.1", listening: false) == [11, 12, 15])
        #expect(table.sockets(port: 0x1433, blocking: "0.0.0.0", listening: false) == [11, 12, 13, 15])
        #expect(table.sockets(port: 0x1433, blocking: "::1", listening: false) == [15])
        #expect(table.sockets(port: 0x1435, blocking: "127.0.0.1", listening: false).isEmpty)
        #expect(table.sockets(port: 0x1433, blocking: "host", listening: false).isEmpty)
    }

    @Test("Of TCP only sockets that listen are in the way")
    func listening() {
        let address = word(127, 0, 0, 1)
        let table = SocketTable(
            line(address, "1433", state: "01", inode: 1) + "\n" + line(address, "1433", state: "0A", inode: 2))
        #expect(table.sockets(port: 0x1433, blocking: "127.0.0.1", listening: true) == [2])
    }

    @Test("The holder of a socket that is there is found")
    func found() async throws {
        let room = try await TestRoom("room")
        let port = await room.agent.port
        let datagrams = try #require(PortHolder.find(.udp, address: "127.0.0.1", port: port))
        let stream = try #require(PortHolder.find(.tcp, address: "127.0.0.1", port: port))
        #expect(datagrams.process == getpid())
        #expect(datagrams == stream)
        await room.agent.stop()
    }

    @Test("A port that is taken is told with its holder, and with what to do")
    func sentences() {
        func sentence(_ holder: PortHolder?) -> String {
            SignalingError.portTaken(transport: .udp, address: "127.0.0.1", port: 5171, holder: holder).description
        }
        #expect(
            sentence(PortHolder(process: 24976, name: "convened"))
                == "another convened (pid 24976) holds UDP port 5171 on 127.0.0.1; choose another sip.port")
        #expect(
            sentence(PortHolder(process: 7, name: "baresip"))
                == "baresip (pid 7) holds UDP port 5171 on 127.0.0.1; choose another sip.port")
        #expect(
            sentence(nil) == "UDP port 5171 on 127.0.0.1 is in use by another program (ss -ulpn shows which); "
                + "choose another sip.port")
    }

    @Test("A port that is taken for TCP alone is told as such")
    func streamTaken() async throws {
        let other = try await ServerBootstrap(group: TestRoom.group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(other.localAddress?.port)
        do {
            let room = try await TestRoom("room") { $0.port = port }
            Issue.record("two sockets listen on one port")
            await room.agent.stop()
        } catch let error as SignalingError {
            #expect(error.description.contains("TCP port \(port) on 127.0.0.1"))
        }
        try await other.close()
    }

    @Test("What the system says has the call, its words and its number, and no stray bracket")
    func words() {
        let error = IOError(errnoCode: EACCES, reason: "bind(descriptor:ptr:bytes:)")
        #expect(UserAgent.words(of: error) == "bind: Permission denied (errno 13)")
    }
}
