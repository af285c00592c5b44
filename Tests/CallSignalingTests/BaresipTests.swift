import PeerSupport
import SIP
import Testing

@testable import CallSignaling

@Suite(
    "With baresip", .enabled(if: isInstalled("baresip"), "baresip is not installed"), .timeLimit(.minutes(1)),
    .serialized)
struct BaresipTests {
    /// A baresip without devices that answers by itself.
    private struct Peer {
        let process: ChildProcess
        let port: Int
        let folder: TemporaryFolder

        init(calling address: String? = nil) async throws {
            folder = try TemporaryFolder()
            port = try freePort()
            let modules = ["/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules"]
            let lines = [
                "sip_listen 127.0.0.1:\(port)", "module_path \(modules.first { !entries(of: $0).isEmpty } ?? "")",
                "module g711.so", "module aubridge.so", "module_app account.so",
                "module_app menu.so", "audio_source aubridge,nil", "audio_player aubridge,nil",
                "audio_alert aubridge,nil", "rtp_ports 20000-20100", "",
            ]
            try writeText(lines.joined(separator: "\n"), to: folder.path + "/config")
            try writeText("<sip:bare@127.0.0.1>;regint=0;answermode=auto\n", to: folder.path + "/accounts")
            try writeText("", to: folder.path + "/contacts")
            let dial = address.map { ["-e", "/dial \($0)"] } ?? []
            process = try ChildProcess(
                "baresip", ["-f", folder.path, "-v", "-s"] + dial, folder: folder.path, logPath: folder.path + "/log")
            try await process.output(containing: "baresip is ready")
        }
    }

    @Test("baresip answers our call, takes a re-INVITE and hears our BYE", arguments: ["", ";transport=tcp"])
    func callsBaresip(transport: String) async throws {
        let peer = try await Peer()
        let room = try await TestRoom("room")
        let call = try await room.agent.dial("sip:bare@127.0.0.1:\(peer.port)\(transport)", offer: offer)
        let answered = await room.nextFinal()
        guard case .answered(call, let sdp?) = answered else { throw TestRoom.Unexpected(event: answered) }
        #expect(sdp.contains("m=audio"))
        try await room.agent.reinvite(call, offer: offer.replacingPort("4002"))
        let changed = await room.nextFinal()
        guard case .reinviteAnswered(call, let again?) = changed else { throw TestRoom.Unexpected(event: changed) }
        #expect(again.contains("m=audio"))
        await room.agent.hangUp(call)
        #expect(await room.nextFinal() == .ended(call, .localHangup))
        try await peer.process.output(containing: "session closed")
        #expect(await room.agent.statistics.malformed == 0)
        await room.agent.stop()
        await peer.process.stop()
    }

    @Test("baresip calls us, is answered and hangs up", arguments: ["", ";transport=tcp"])
    func baresipCalls(transport: String) async throws {
        let room = try await TestRoom("room")
        let peer = try await Peer(calling: await room.address + transport)
        let incoming = try await room.incoming()
        #expect(incoming.offer?.contains("m=audio") == true)
        #expect(incoming.userAgent?.contains("baresip") == true)
        try await room.agent.ring(incoming.call)
        try await room.agent.answer(incoming.call, answer: answer)
        #expect(await room.next() == .established(incoming.call, answer: nil))
        await peer.process.stop()
        #expect(await room.next() == .ended(incoming.call, .remoteHangup(explanation: nil)))
        await room.agent.stop()
    }

    @Test("baresip's call is refused while we are busy")
    func refusesBaresip() async throws {
        let room = try await TestRoom("room")
        let peer = try await Peer(calling: await room.address)
        let incoming = try await room.incoming()
        try await room.agent.reject(incoming.call, status: 486)
        #expect(await room.next() == .ended(incoming.call, .localHangup))
        try await peer.process.output(containing: "486 Busy Here")
        await room.agent.stop()
        await peer.process.stop()
    }

    @Test("baresip answers our OPTIONS-sized probe of a user that is not there with a refusal")
    func unknownUser() async throws {
        let peer = try await Peer()
        let room = try await TestRoom("room")
        let call = try await room.agent.dial("sip:nobody@127.0.0.1:\(peer.port)", offer: offer)
        let event = await room.nextFinal()
        guard case .ended(call, .rejected(let status, _)) = event else { throw TestRoom.Unexpected(event: event) }
        #expect((400...699).contains(status))
        await room.agent.stop()
        await peer.process.stop()
    }
}
