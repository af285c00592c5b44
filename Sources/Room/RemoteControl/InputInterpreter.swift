import CInput
import ControlProtocol

/// One event of an input device, without its time (linux/input.h).
package struct InputEvent: Sendable, Equatable {
    package var type: UInt16
    package var code: UInt16
    package var value: Int32

    package init(type: UInt16, code: UInt16, value: Int32) {
        self.type = type
        self.code = code
        self.value = value
    }
}

/// Makes keys out of the events of one device. Pure.
///
/// The kernel's repeats (value 2) are ignored. After a loss of events nothing is believed until the device's state was
/// looked up again.
package struct InputInterpreter: Sendable {
    package enum Output: Sendable, Equatable {
        case down(RemoteMeaning, code: Int)
        case up(code: Int)
        /// A key that the room has no use for.
        case unused(LinuxKey)
        /// A scancode that the receiver's table has no key for.
        case unknownScancode(UInt32)
        /// Events were lost: ask the device which keys are down, and release the others.
        case lost
    }

    private var isShifted = false
    private var isLost = false
    private var scancode: UInt32?
    private var hasKey = false

    package init() {}

    package mutating func handle(_ event: InputEvent) -> Output? {
        switch (Int32(event.type), Int32(event.code)) {
        case (EV_SYN, SYN_DROPPED):
            isLost = true
            return nil
        case (EV_SYN, SYN_REPORT): return report()
        case _ where isLost: return nil
        case (EV_MSC, MSC_SCAN):
            scancode = UInt32(bitPattern: event.value)
            return nil
        case (EV_KEY, _):
            hasKey = true
            return key(LinuxKey(code: event.code), event.value)
        default: return nil
        }
    }

    /// The end of what happened at once.
    private mutating func report() -> Output? {
        defer {
            scancode = nil
            hasKey = false
            isLost = false
        }
        if isLost {
            isShifted = false
            return .lost
        }
        return hasKey ? nil : scancode.map { .unknownScancode($0) }
    }

    private mutating func key(_ key: LinuxKey, _ value: Int32) -> Output? {
        if KeyboardText.isShift(key) {
            isShifted = value != 0
            return nil
        }
        switch value {
        case 0: return .up(code: Int(key.code))
        case 1:
            // An unknown key is the kernel's word for a scancode that its table does not have.
            if Int32(key.code) == KEY_UNKNOWN { return scancode.map { .unknownScancode($0) } ?? .unused(key) }
            guard let meaning = meaning(key) else { return .unused(key) }
            return .down(meaning, code: Int(key.code))
        default: return nil
        }
    }

    private func meaning(_ key: LinuxKey) -> RemoteMeaning? {
        if let text = KeyboardText.text(key, isShifted: isShifted) { return .text(text) }
        if isShifted {
            switch Int32(key.code) {
            case KEY_8: return .key(.star)
            case KEY_3: return .key(.pound)
            default: break
            }
        }
        return KeyTable.key(key).map { .key($0) }
    }
}
