import Glibc
import LinuxSystem
import PeerSupport
import RoomConfiguration
import Synchronization

@testable import Provisioning

/// A store of revisions in a folder of its own.
struct Scratch {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    var storeFolder: String { "\(folder.path)/config" }
    var root: String { "\(folder.path)/root" }

    func store(limit: Int = 50) -> RevisionStore { RevisionStore(folder: storeFolder, limit: limit) }

    /// A store that fails at a step, as a full disk would, or as a power cut would: nothing after it is done.
    func store(failingAt step: RevisionStore.Step, with errno: Int32 = ENOSPC) -> RevisionStore {
        RevisionStore(folder: storeFolder, limit: 50) { (now) throws(SystemError) in
            if now == step { throw SystemError(operation: "write", errno: errno) }
        }
    }

    func service(
        effects: any SystemEffects = NoEffects(), caller: String = "tests", clocks: Clocks = .early
    ) -> ProvisioningService {
        ProvisioningService(
            store: store(), secrets: SecretStore(folder: "\(folder.path)/files"), root: root, effects: effects,
            caller: caller, clocks: { clocks })
    }

    @discardableResult
    func apply(
        _ text: String, author: String = "anna", base: Int? = nil, confirmWithin: Int64? = nil,
        origin: Revision.Origin = .apply, clocks: Clocks = .early
    ) throws -> RevisionStore.Outcome {
        try store().commit(
            Proposal(
                text: Array(text.utf8), author: author, message: "because", origin: origin, base: base,
                confirmWithin: confirmWithin), clocks: clocks)
    }

    var held: String? {
        get throws { try store().current().map { String(decoding: $0.file.text, as: UTF8.self) } }
    }
}

extension Clocks {
    /// A moment that tests begin at.
    static let early = Clocks(wall: 1_800_000_000, sinceBoot: 100, bootIdentifier: "boot-1")

    func later(_ seconds: Int64) -> Clocks {
        Clocks(wall: wall + seconds, sinceBoot: sinceBoot + seconds, bootIdentifier: bootIdentifier)
    }

    /// After a reboot, with the wall clock where it is told.
    func rebooted(wall: Int64) -> Clocks { Clocks(wall: wall, sinceBoot: 5, bootIdentifier: "boot-2") }
}

/// The description of the error that `body` throws, nil when it throws none.
func complaint<Outcome>(of body: () throws -> Outcome) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}

/// Remembers what the system was told.
final class RecordedEffects: SystemEffects {
    let actions = Mutex<[String]>([])
    let failing: String?
    let isInCall: Bool

    init(failing: String? = nil, isInCall: Bool = false) {
        self.failing = failing
        self.isInCall = isInCall
    }

    func perform(_ action: ReloadAction) -> String? {
        actions.withLock { $0.append(action.description) }
        return action.description == failing ? "\(action.description) failed" : nil
    }

    func reloadRoom() -> RoomReload {
        actions.withLock { $0.append("reload the room") }
        return .done(isInCall: isInCall)
    }

    func restartRoom() -> String? {
        actions.withLock { $0.append("restart the room") }
        return nil
    }

    func importDirectory(_ file: String) -> String? { nil }
}
