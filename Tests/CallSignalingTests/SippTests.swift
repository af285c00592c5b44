import PeerSupport
import SIP
import Testing

@testable import CallSignaling

@Suite("With sipp", .enabled(if: isInstalled("sipp"), "sipp is not installed"), .timeLimit(.minutes(1)), .serialized)
struct SippTests {
    @Test("Calls at 100 a second are answered without a failure", arguments: [("u1", 500), ("t1", 150)])
    func takesCalls(transport: String, count: Int) async throws {
        let room = try await TestRoom("room") { $0.limits.calls = 600 }
        let folder = try TemporaryFolder()
        let sipp = try ChildProcess(
            "sipp",
            [
                "-sn", "uac", "127.0.0.1:\(await room.agent.port)", "-i", "127.0.0.1", "-p", "\(try freePort())",
                "-t", transport, "-m", "\(count)", "-r", "100", "-nostdin", "-timeout", "20", "-timeout_error",
            ], folder: folder.path, logPath: folder.path + "/log")
        var (answered, established, ended) = (0, 0, 0)
        while ended < count, let event = await room.next() {
            switch event {
            case .incomingCall(let incoming):
                try await room.agent.ring(incoming.call)
                try await room.agent.answer(incoming.call, answer: answer)
                answered += 1
            case .established: established += 1
            case .ended(_, let reason):
                #expect(reason == .remoteHangup(explanation: nil))
                ended += 1
            default: break
            }
        }
        #expect(try await sipp.wait(within: .seconds(20)) == .exited(status: 0), "\(sipp.log.suffix(1500))")
        #expect(answered == count)
        #expect(established == count)
        let statistics = await room.agent.statistics
        #expect(statistics.malformed == 0)
        #expect(statistics.retransmissionsSent == 0)
        #expect(statistics.callsActive == 0)
        await room.agent.stop()
    }

    @Test("Calls at 100 a second are placed without a failure", arguments: [("u1", 150), ("t1", 50)])
    func placesCalls(transport: String, count: Int) async throws {
        let room = try await TestRoom("room") { $0.limits.calls = 600 }
        let folder = try TemporaryFolder()
        let port = try freePort()
        try writeText(callee, to: folder.path + "/uas.xml")
        let sipp = try ChildProcess(
            "sipp",
            [
                "-sf", folder.path + "/uas.xml", "-i", "127.0.0.1", "-p", "\(port)", "-t", transport, "-m", "\(count)",
                "-nostdin",
                "-timeout", "20", "-timeout_error",
            ], folder: folder.path, logPath: folder.path + "/log")
        try await listens(port, transport)
        let suffix = transport == "t1" ? ";transport=tcp" : ""
        let agent = room.agent
        let dialling = Task {
            for _ in 0..<count {
                _ = try await agent.dial("sip:service@127.0.0.1:\(port)\(suffix)", offer: offer)
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        var (answered, ended) = (0, 0)
        while ended < count, let event = await room.next() {
            switch event {
            case .answered(let call, _):
                answered += 1
                await room.agent.hangUp(call)
            case .ended(_, let reason):
                #expect(reason == .localHangup)
                ended += 1
            default: break
            }
        }
        try await dialling.value
        #expect(answered == count)
        #expect(try await sipp.wait(within: .seconds(20)) == .exited(status: 0), "\(sipp.log.suffix(1500))")
        #expect(await room.agent.statistics.malformed == 0)
        await room.agent.stop()
    }
}

/// Waits until the kernel shows the socket.
func listens(_ port: Int, _ transport: String) async throws {
    let digits = String(port, radix: 16, uppercase: true)
    let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
    let table = transport == "t1" ? "/proc/net/tcp" : "/proc/net/udp"
    try await eventually("sipp listens on \(port)") { try readText(table).contains(address) ? true : nil }
}

/// sipp's own callee waits four seconds behind each call; this one does not.
private let callee = """
    <?xml version="1.0" encoding="ISO-8859-1" ?>
    <scenario name="callee">
      <recv request="INVITE" crlf="true"/>
      <send><![CDATA[
        SIP/2.0 180 Ringing
        [last_Via:]
        [last_From:]
        [last_To:];tag=[pid]SIPpTag01[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port];transport=[transport]>
        Content-Length: 0

      ]]></send>
      <send retrans="500"><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:];tag=[pid]SIPpTag01[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port];transport=[transport]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
        s=-
        c=IN IP[media_ip_type] [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 0

      ]]></send>
      <recv request="ACK" crlf="true"/>
      <recv request="BYE"/>
      <send><![CDATA[
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

      ]]></send>
    </scenario>
    """
