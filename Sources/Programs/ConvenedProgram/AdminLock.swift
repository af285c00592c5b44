import ControlProtocol
import LinuxSystem
import Logging
import PasswordHashing
import RoomConfiguration

/// Holds PINs against the hash in the room's settings, one at a time, and makes each user of the system who guesses
/// wrong wait, twice as long each time.
actor AdminLock {
    private struct Failures {
        var count = 0
        var blockedUntil = MonotonicTime.zero
    }

    /// Wrong PINs that cost no wait.
    private static let free = 5
    private static let firstWait = 10
    private static let longestWait = 900
    /// Users remembered; who comes beyond waits with the first of them.
    private static let maximumUsers = 64

    private let store: RoomSettingsStore
    private let logger = Logger(label: "access")
    private var failures: [UInt32: Failures] = [:]
    private var isBusy = false

    init(store: RoomSettingsStore) {
        self.store = store
    }

    func unlock(pin: String, user: UInt32) async -> Result<Void, ControlError> {
        let hash = store.settings.panel.pinHash
        guard !hash.isEmpty else {
            return .failure(
                ControlError(
                    .wrongState, "No PIN is set: make its hash with convene-panel --hash-pin and keep it in panel.pin.")
            )
        }
        let key = failures[user] != nil || failures.count < Self.maximumUsers ? user : .max
        let wait = (failures[key]?.blockedUntil ?? .zero) - .now
        guard wait <= 0, !isBusy else {
            let seconds = max(1, wait / 1_000_000_000 + 1)
            return .failure(
                ControlError(
                    .notPermitted, "Too many wrong PINs; try again in \(seconds) s.",
                    data: ["retry_after": .integer(seconds)]))
        }
        // One at a time: each takes a processor and 16 MiB for some tens of milliseconds.
        isBusy = true
        let matches = (try? await runBlocking { PasswordHash.matches(pin, hash) }) ?? false
        isBusy = false
        if matches {
            failures[key] = nil
            logger.notice("a PIN unlocked the settings", metadata: ["user": "\(user)"])
            return .success(())
        }
        var record = failures[key] ?? Failures()
        record.count += 1
        if record.count >= Self.free {
            let wait = min(Self.firstWait << min(record.count - Self.free, 16), Self.longestWait)
            record.blockedUntil = .now + .seconds(wait)
        }
        failures[key] = record
        logger.warning("a wrong PIN was given", metadata: ["user": "\(user)", "count": "\(record.count)"])
        return .failure(ControlError(.notPermitted, "That is not the PIN."))
    }
}
