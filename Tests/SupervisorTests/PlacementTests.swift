import ControlProtocol
import Directory
import LinuxSystem
import Logging
import MediaPipelines
import MediaTypes
import NIOCore
import NIOPosix
import PeerSupport
import Testing

@testable import CallSignaling
@testable import Supervisor

/// Settings that nobody changes.
private struct FixedSettings: SettingsStore {
    let settings: SupervisorSettings

    func get(path: String) async -> Result<JSONValue, ControlError> { .failure(ControlError(.notFound, "None.")) }
    func set(path: String, value: JSONValue) async -> Result<JSONValue, ControlError> { await get(path: path) }
    func reload() async -> Result<JSONValue, ControlError> { await get(path: "") }
    func current() async -> SupervisorSettings { settings }
}

/// A room without devices and with a real user agent on the loopback.
private struct BareRoom {
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let agent: UserAgent
    let supervisor: RoomSupervisor
    private let folder: TemporaryFolder

    init() async throws {
        let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        folder = try TemporaryFolder()
        agent = UserAgent(
            configuration: UserAgentConfiguration(addresses: ["127.0.0.1"], port: 0), eventLoop: Self.group.next(),
            logger: quiet)
        let settings = SupervisorSettings(
            roomName: "Test", policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60,
            layout: .pictureInPicture, bitrate: BitsPerSecond(1_000_000), rtpPorts: nil,
            rtpAddress: try #require(IPEndpoint(address: "127.0.0.1", port: 0)))
        supervisor = try RoomSupervisor(
            hardware: Self.hardware, settings: settings, settingsStore: FixedSettings(settings: settings), agent: agent,
            contacts: SQLiteContactBook(path: "\(folder.path)/directory.sqlite"), logger: quiet, onPublish: { _ in })
        try await agent.start()
        try await supervisor.start(sipPort: await agent.port)
    }

    private static var hardware: RoomHardware {
        let missing = DeviceError(.gone, device: "test", detail: "there is none")
        return RoomHardware(
            boardName: "none", events: AsyncStream { $0.finish() },
            openCamera: { _ in return { () throws(DeviceError) in throw missing } },
            openMicrophone: { _ in return { () throws(DeviceError) in throw missing } },
            openSpeaker: { _ in return { () throws(DeviceError) in throw missing } },
            openDisplay: { _ in return { () throws(DeviceError) in throw missing } },
            encoders: [], decoders: [], audioCodecs: [], scheduling: [:],
            rehearse: {}, warmUp: {})
    }

    func stop() async {
        await agent.stop()
        await supervisor.stop()
    }
}

@Suite("Calls that signalling ends before the room knows their names", .timeLimit(.minutes(1)))
struct PlacementTests {
    /// Nothing is sent to 0.0.0.0, so that the agent has ended the call before it gives it back.
    @Test("A call whose sending fails at once is over, each time, and blocks no other")
    func failsAtOnce() async throws {
        let room = try await BareRoom()
        for number in 1...20 {
            let answer = await room.supervisor.handle(.dial(address: "sip:x@0.0.0.0:5999"))
            if case .failure(let error) = answer { #expect(error.code == .callFailed, "\(error)") }
            try await eventually("call \(number) is over") {
                await room.supervisor.machine.call(number)?.phase == .ended ? true : nil
            }
            let sentence = await room.supervisor.machine.call(number)?.endSentence
            #expect(sentence?.hasPrefix("The other side cannot be reached") == true, "\(sentence ?? "none")")
        }
        #expect(await room.supervisor.machine.livingCalls.isEmpty)
        await room.stop()
    }

    @Test("Hanging up ends a call that the agent knows no longer")
    func unknownToTheAgent() async throws {
        let room = try await BareRoom()
        let gone = IncomingCall(
            call: CallID(rawValue: 99), displayName: nil, uri: "sip:blue@example.com", calledUser: nil, offer: nil,
            localAddress: "127.0.0.1", remoteAddress: "127.0.0.1:5060", userAgent: nil)
        await room.supervisor.feed(.incoming(gone))
        #expect(await room.supervisor.machine.call(1)?.phase == .ringingIn)
        let answer = await room.supervisor.handle(.hangup(call: nil))
        #expect(answer == .success(["call": 1]))
        #expect(await room.supervisor.machine.call(1)?.phase == .ended)
        await room.stop()
    }

    @Test("A socket of signalling that stays closed is a trouble of the room until it is open")
    func listeningTrouble() async throws {
        let room = try await BareRoom()
        await room.supervisor.listeningChanged(["Closed."])
        #expect(await troubles(of: room).contains("Closed."))
        await room.supervisor.listeningChanged([])
        #expect(await troubles(of: room).contains("Closed.") == false)
        await room.stop()
    }

    private func troubles(of room: BareRoom) async -> [JSONValue] {
        await room.supervisor.status().root["room"]?["troubles"]?.arrayValue ?? []
    }
}
