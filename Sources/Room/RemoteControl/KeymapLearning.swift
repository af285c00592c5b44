package import ControlProtocol
package import LinuxSystem

/// A scancode as a receiver understood it.
package struct ReceivedScancode: Sendable, Hashable {
    package var transmission: InfraredProtocol
    package var variant: String?
    package var scancode: UInt64

    package init(transmission: InfraredProtocol, variant: String? = nil, scancode: UInt64) {
        self.transmission = transmission
        self.variant = variant
        self.scancode = scancode
    }
}

/// Walks a person through the keys of an unknown remote, each pressed twice. Pure, time injected.
package struct KeymapLearning: Sendable {
    package enum Event: Sendable, Equatable {
        case scancode(ReceivedScancode, isRepeat: Bool)
        /// The person leaves this key out.
        case skip
        /// The person is done; what was learnt counts.
        case finish
    }

    package enum Output: Sendable, Equatable {
        /// Press it for the first time.
        case ask(ControlKey)
        /// Press it once more.
        case again(ControlKey)
        /// The second press was another one: from the start with this key.
        case differs(ControlKey)
        case learnt(ControlKey, ReceivedScancode)
        /// The scancode is another key's.
        case taken(ControlKey, by: ControlKey)
        case done
        /// Nobody pressed anything for too long.
        case timedOut
    }

    /// How long a key is waited for.
    package static let patience = Duration.seconds(30)
    /// What comes so soon after a press is the same press: remotes send while a key is held.
    package static let settling = Duration.milliseconds(600)

    /// The keys in the order that they are asked for.
    package static let standardKeys: [ControlKey] = [
        .ok, .up, .down, .left, .right, .back, .home, .call, .disconnect, .muteMic, .volumeUp, .volumeDown, .layout,
        .selfview, .phoneBook, .presentation, .zoomIn, .zoomOut, .zero, .one, .two, .three, .four, .five, .six,
        .seven, .eight, .nine, .star, .pound, .f1, .f2, .f3, .f4, .standby,
    ]

    private var rest: [ControlKey]
    private var first: ReceivedScancode?
    private var quietUntil = MonotonicTime.zero
    private var learnt: [(key: ControlKey, code: ReceivedScancode)] = []
    /// When the learning ends by itself; nil once it has.
    package private(set) var deadline: MonotonicTime?

    package init(keys: [ControlKey] = standardKeys, at now: MonotonicTime) {
        rest = keys
        deadline = now + Self.patience
    }

    /// The first question.
    package var start: Output { rest.first.map { .ask($0) } ?? .done }

    package mutating func handle(_ event: Event, at now: MonotonicTime) -> [Output] {
        guard deadline != nil, let key = rest.first else { return [] }
        switch event {
        case .finish: return end(.done)
        case .skip:
            deadline = now + Self.patience
            return next()
        case .scancode(let code, let isRepeat):
            deadline = now + Self.patience
            defer { quietUntil = now + Self.settling }
            // The rest of a press: its repeats, and what the remote still sends.
            guard !isRepeat, now >= quietUntil else { return [] }
            return pressed(key, code)
        }
    }

    /// Nothing was pressed until the deadline.
    package mutating func due(at now: MonotonicTime) -> [Output] {
        guard let deadline, deadline <= now else { return [] }
        return end(.timedOut)
    }

    /// What was learnt, a table a protocol and form.
    package func keymap(name: String) -> Keymap {
        var tables: [Keymap.Table] = []
        for (key, code) in learnt {
            let entry = Keymap.Entry(scancode: code.scancode, key: KeyTable.preferred(key))
            if let index = tables.firstIndex(where: {
                $0.transmission == code.transmission && $0.variant == code.variant
            }) {
                tables[index].scancodes.append(entry)
            } else {
                tables.append(
                    Keymap.Table(
                        name: name, transmission: code.transmission, variant: code.variant, scancodes: [entry]))
            }
        }
        return Keymap(tables: tables)
    }

    private mutating func pressed(_ key: ControlKey, _ code: ReceivedScancode) -> [Output] {
        if let other = learnt.first(where: { $0.code == code }) {
            first = nil
            return [.taken(key, by: other.key)]
        }
        guard let before = first else {
            first = code
            return [.again(key)]
        }
        first = nil
        guard before == code else { return [.differs(key)] }
        learnt.append((key, code))
        return [.learnt(key, code)] + next()
    }

    private mutating func next() -> [Output] {
        first = nil
        rest.removeFirst()
        return rest.first.map { [.ask($0)] } ?? end(.done)
    }

    private mutating func end(_ output: Output) -> [Output] {
        deadline = nil
        rest = []
        return [output]
    }
}
