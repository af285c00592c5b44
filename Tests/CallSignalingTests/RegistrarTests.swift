import PeerSupport
import SIP
import Testing

@testable import CallSignaling

/// sipp as a registrar: it checks our digest by its own rules.
@Suite(
    "With a registrar", .enabled(if: isInstalled("sipp"), "sipp is not installed"), .timeLimit(.minutes(1)), .serialized
)
struct RegistrarTests {
    private struct Registrar {
        let process: ChildProcess
        let port: Int
        let folder: TemporaryFolder

        init(_ transport: String) async throws {
            folder = try TemporaryFolder()
            port = try freePort()
            try writeText(scenario, to: folder.path + "/registrar.xml")
            process = try ChildProcess(
                "sipp",
                [
                    "-sf", folder.path + "/registrar.xml", "-i", "127.0.0.1", "-p", "\(port)", "-t", transport, "-m",
                    "1", "-nostdin", "-timeout", "20", "-timeout_error",
                ], folder: folder.path, logPath: folder.path + "/log")
            try await listens(port, transport)
        }
    }

    private func room(_ registrar: Registrar, _ parameters: String, password: String) async throws -> TestRoom {
        let account = try SIPAccount(
            address: "sip:room7@example.org", server: "sip:127.0.0.1:\(registrar.port)\(parameters)",
            password: password)
        return try await TestRoom("room") { $0.account = account }
    }

    @Test(
        "It takes our answer to its challenge, and our leave",
        arguments: [("u1", ""), ("t1", ";transport=tcp")])
    func registers(transport: String, parameters: String) async throws {
        let registrar = try await Registrar(transport)
        let room = try await room(registrar, parameters, password: "geheim")
        #expect(await state(room, after: .registering) == .registered)
        await room.agent.stop()
        let outcome = try await registrar.process.wait(within: .seconds(20))
        #expect(outcome == .exited(status: 0), "\(registrar.process.log.suffix(1500))")
        #expect(await room.agent.statistics.malformed == 0)
    }

    @Test("It refuses a wrong password, and that is told")
    func refuses() async throws {
        let registrar = try await Registrar("u1")
        let room = try await room(registrar, "", password: "gehein")
        let sentence = await state(room, after: .registering).sentence
        #expect(
            sentence == "The room is not registered as sip:room7@example.org: 127.0.0.1 does not allow it.")
        await room.agent.stop()
        await registrar.process.stop()
    }

    /// The next state that is another one.
    private func state(_ room: TestRoom, after first: RegistrationState) async -> RegistrationState {
        for await state in room.agent.registrations where state != first { return state }
        return .off
    }
}

private let scenario = """
    <?xml version="1.0" encoding="ISO-8859-1" ?>
    <scenario name="registrar">
      <recv request="REGISTER" crlf="true"/>
    \(answer("401 Unauthorized", challenge))
      <recv request="REGISTER">
        <action><verifyauth assign_to="right" username="room7" password="geheim"/></action>
      </recv>
      <nop hide="true" test="right" next="1"/>
    \(answer("403 Forbidden", next: "2"))
      <label id="1"/>
    \(answer("200 OK", "[last_Contact:];expires=600"))
      <recv request="REGISTER">
        <action>
          <ereg regexp="^ *0$" search_in="hdr" header="Expires:" check_it="true" assign_to="leaves"/>
          <verifyauth assign_to="right" username="room7" password="geheim"/>
          <strcmp assign_to="unequal" variable="leaves" value=""/>
        </action>
      </recv>
      <Reference variables="unequal"/>
      <nop hide="true" test="right" next="3"/>
    \(answer("403 Forbidden", next: "2"))
      <label id="3"/>
    \(answer("200 OK"))
      <label id="2"/>
    </scenario>
    """

private let challenge =
    "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"47ebe028cda119c35d4877b383027d28\", algorithm=MD5, qop=\"auth\""

/// An answer of the scenario, with one field more where it is given, and then on to a label.
private func answer(_ status: String, _ field: String? = nil, next: String? = nil) -> String {
    let fields = [
        "[last_Via:]", "[last_From:]", "[last_To:];tag=[pid]SIPpTag01[call_number]", "[last_Call-ID:]", "[last_CSeq:]",
    ]
    let lines = ["SIP/2.0 \(status)"] + fields + (field.map { [$0] } ?? []) + ["Content-Length: 0"]
    let target = next.map { " next=\"\($0)\"" } ?? ""
    return "<send\(target)><![CDATA[\n\(lines.joined(separator: "\n"))\n\n]]></send>"
}
