package import MediaTypes

/// Where a device stands.
package enum DevicePhase: String, Sendable {
    /// The kernel knows no device that fits the board file.
    case absent
    case opening
    /// Open, and resting until a call needs it.
    case ready
    /// Asked to stream, nothing has come yet.
    case starting
    case running
    /// It failed; it is opened again after a pause.
    case backingOff = "backing_off"
}

/// The life of one device: fed by the kernel's announcements and by its own thread's reports, never by polling.
///
/// Pure. A device that fails is opened again at once the first time, then after pauses that double up to five seconds;
/// the kernel's announcement ends the pause.
package struct DeviceStateMachine: Sendable, Equatable {
    package enum Event: Sendable {
        case appeared(DeviceCandidate)
        case disappeared(identifier: String)
        case opened
        case openFailed(DeviceError)
        case running
        case lost(DeviceError)
        /// The pause of `scheduleRetry` is over.
        case retryDue(attempt: Int)
        /// A call begins or ends to need it.
        case streaming(Bool)
    }

    package enum Action: Sendable, Equatable {
        case open(DeviceCandidate)
        case close
        case scheduleRetry(Duration, attempt: Int)
    }

    package let kind: DeviceKind
    package private(set) var phase = DevicePhase.absent
    /// The device in use, or waited for.
    package private(set) var candidate: DeviceCandidate?
    /// What was wrong last, in a sentence; nil while all is well.
    package private(set) var trouble: String?
    /// What kind of trouble that is; nil while all is well.
    package private(set) var fault: DeviceError.Kind?
    /// How often it was lost while open.
    package private(set) var losses = 0
    /// How often it came back after a loss.
    package private(set) var recoveries = 0
    private var others: [DeviceCandidate] = []
    private var failures = 0
    private var attempt = 0
    private var isWanted = false
    private var mustRecover = false

    private static let firstPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)

    package init(kind: DeviceKind) { self.kind = kind }

    /// Whether it can be used now.
    package var isUsable: Bool { phase == .ready || phase == .starting || phase == .running }

    package mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .appeared(let found): return appeared(found)
        case .disappeared(let identifier): return disappeared(identifier)
        case .opened:
            guard phase == .opening else { return [] }
            phase = isWanted ? .starting : .ready
            trouble = nil
            fault = nil
            if !isWanted { recovered() }
            return []
        case .running:
            guard isUsable else { return [] }
            // It may have been told to rest since it sent that. A screen is never told.
            if isWanted || kind == .display { phase = .running }
            trouble = nil
            fault = nil
            failures = 0
            recovered()
            return []
        case .openFailed(let error): return failed(error, wasOpen: false)
        case .lost(let error):
            if isUsable {
                losses += 1
                mustRecover = true
            }
            return failed(error, wasOpen: true)
        case .retryDue(let number):
            guard phase == .backingOff, number == attempt else { return [] }
            return open()
        case .streaming(let wanted):
            isWanted = wanted
            if phase == .ready, wanted { phase = .starting }
            if phase == .starting || phase == .running, !wanted { phase = .ready }
            return []
        }
    }

    private mutating func recovered() {
        if mustRecover { recoveries += 1 }
        mustRecover = false
    }

    private mutating func appeared(_ found: DeviceCandidate) -> [Action] {
        if let candidate, candidate.identifier != found.identifier, phase != .absent {
            // A second device that fits stands by.
            if !others.contains(found) { others.append(found) }
            return []
        }
        others.removeAll { $0 == found }
        switch phase {
        case .absent, .backingOff:
            candidate = found
            failures = 0
            return open()
        case .opening, .ready, .starting, .running:
            return []
        }
    }

    private mutating func disappeared(_ identifier: String) -> [Action] {
        others.removeAll { $0.identifier == identifier }
        guard candidate?.identifier == identifier else { return [] }
        let wasOpen = isUsable || phase == .opening
        if isUsable {
            losses += 1
            mustRecover = true
        }
        attempt += 1
        failures = 0
        if let next = others.first {
            others.removeFirst()
            candidate = next
            phase = .absent
            return (wasOpen ? [.close] : []) + open()
        }
        phase = .absent
        trouble = "\(kind.title) unplugged."
        fault = .gone
        return wasOpen ? [.close] : []
    }

    private mutating func failed(_ error: DeviceError, wasOpen: Bool) -> [Action] {
        // Nothing was announced, so nothing can be wrong with it: the thread looked before the kernel spoke.
        guard candidate != nil else { return [] }
        attempt += 1
        fault = error.kind
        switch error.kind {
        case .gone:
            // The kernel says when it is back; until then one more look covers an announcement that came too early.
            trouble = "\(kind.title) unplugged."
        case .busy: trouble = "\(kind.title) is in use by another program. \(error.detail)"
        case .forbidden: trouble = "\(kind.title) may not be opened: \(error.detail)"
        case .unsupported: trouble = "\(kind.title) does not fit this board: \(error.detail)"
        case .failed: trouble = "\(kind.title) failed: \(error.detail)"
        case .stalled: trouble = "\(kind.title) gives nothing: \(error.detail)"
        }
        guard phase != .absent else { return [] }
        failures += 1
        phase = .backingOff
        if wasOpen, failures == 1, error.kind != .gone {
            return [.scheduleRetry(.zero, attempt: attempt)]
        }
        var pause = Self.firstPause
        for _ in 1..<max(failures, 1) { pause = min(pause * 2, Self.longestPause) }
        return [.scheduleRetry(pause, attempt: attempt)]
    }

    private mutating func open() -> [Action] {
        guard let candidate else { return [] }
        attempt += 1
        phase = .opening
        return [.open(candidate)]
    }
}
