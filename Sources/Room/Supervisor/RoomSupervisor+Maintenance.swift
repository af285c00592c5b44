import ControlProtocol
import LinuxSystem
import Logging
import RoomUI

/// The screen's maintenance page: what it asks for is done by the system's own service.
extension RoomSupervisor {
    /// Nil where the page is not offered.
    var maintenanceFacts: RoomFacts.Maintenance? {
        guard let maintenance, maintenance.isThere, settings.screen.offersMaintenance else { return nil }
        let isLocked = settings.screen.isMaintenanceLocked
        return RoomFacts.Maintenance(
            isLocked: isLocked, canErase: isLocked || settings.setupFingerprint != nil, work: maintenanceWork)
    }

    /// Begins what the page was asked for; what becomes of it is shown, and the keys do not wait.
    func maintain(_ action: InterfaceAction) {
        guard let maintenance, let facts = maintenanceFacts else { return }
        switch action {
        case .unlockMaintenance(let pin): Task { await self.unlock(pin, with: maintenance) }
        case .readLogs:
            begin(.readingLogs) {
                switch await maintenance.logs() {
                case .success(let lines):
                    await self.showLogs(lines)
                    return .none
                case .failure(let failure): return Self.work(failure)
                }
            }
        case .writeDiagnostics:
            begin(.writingDiagnostics) {
                switch await maintenance.writeDiagnostics() {
                case .success(let name): .diagnosticsWritten(name)
                case .failure(let failure): Self.work(failure)
                }
            }
        case .eraseRoom where !facts.canErase: break
        case .eraseRoom:
            logger.notice("the room is erased: somebody asked for it on the screen")
            begin(.erasing) {
                // Without a failure the system ends this program meanwhile.
                await maintenance.erase().map(Self.work) ?? .erasing
            }
        default: break
        }
    }

    var maintenanceStatus: JSONValue {
        guard let facts = maintenanceFacts else { return .null }
        return [
            "locked": JSONValue(facts.isLocked), "work": JSONValue(facts.work.name),
            "detail": JSONValue(optional: facts.work.detail.map { JSONValue($0) }),
        ]
    }

    // MARK: - Steps

    /// One thing at a time.
    private func begin(_ work: RoomFacts.Work, _ body: @escaping @Sendable () async -> RoomFacts.Work) {
        guard !maintenanceWork.isGoingOn else { return }
        became(work)
        Task { await self.became(body()) }
    }

    private func became(_ work: RoomFacts.Work) {
        maintenanceWork = work
        if let detail = work.detail, work.name == "failed" {
            logger.warning("what the maintenance page asked for was not done", metadata: ["error": "\(detail)"])
        }
        refreshScreen()
        publishSoon()
    }

    private func showLogs(_ lines: [String]) {
        interface.show(logs: lines.map(LogLine.init(journal:)).filter { !$0.isRoutine })
    }

    private func unlock(_ pin: String, with maintenance: any MaintenanceService) async {
        let answer = await maintenance.unlock(pin: pin)
        let now = MonotonicTime.now.nanoseconds
        switch answer {
        case .success:
            interface.unlocked(at: now)
        case .failure(let error):
            interface.refused(error.data?["retry_after"] == nil ? .wrong : .wait, at: now)
        }
        refreshScreen()
        publishSoon()
    }

    private static func work(_ failure: MaintenanceFailure) -> RoomFacts.Work {
        switch failure {
        case .noStick: .noStick
        case .failed(let detail): .failed(detail)
        }
    }
}
