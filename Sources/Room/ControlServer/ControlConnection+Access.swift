import ControlProtocol
import LinuxSystem

/// An admin's rights for a connection whose person knows the PIN.
extension ControlConnection {
    /// How long they last at most; a connection that ends takes them with it.
    static let unlockedSeconds: Int64 = 15 * 60

    /// What the kernel said about the process, or admin while the connection is unlocked.
    var effectiveRole: ControlRole {
        guard let peer else { return .observer }
        guard let unlockedUntil, MonotonicTime.now < unlockedUntil else { return peer.role }
        return max(peer.role, .admin)
    }

    func unlock(pin: String, completion: @escaping (Result<JSONValue, ControlError>) -> Void) {
        guard let peer else { return }
        run(
            { [handler] in await handler.unlock(pin: pin, from: peer) },
            then: { [weak self] outcome in
                if case .success = outcome { self?.unlockedUntil = .now + .seconds(Self.unlockedSeconds) }
                completion(outcome.map { ["seconds": .integer(Self.unlockedSeconds)] })
            })
    }

    func lock() -> Result<JSONValue, ControlError> {
        unlockedUntil = nil
        return .success(["role": .string(effectiveRole.rawValue)])
    }
}
