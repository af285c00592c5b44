package import ControlProtocol

/// Something that can have the focus.
package enum FocusItem: Sendable, Hashable {
    package enum Tile: String, Sendable, CaseIterable {
        case call, contacts, recents, settings, standby
    }

    /// Buttons of the menu in a call, as they stand.
    package enum Button: String, Sendable, CaseIterable {
        case selfView = "self_view"
        case camera, microphone, layout
        case hangUp = "hang_up"
        case softer, louder, hold
        case addCall = "add_call"
        case keypad
    }

    package enum Setting: String, Sendable, CaseIterable {
        case doNotDisturb = "do_not_disturb"
        case language, theme, volume
    }

    /// What the maintenance page offers.
    package enum Task: String, Sendable, CaseIterable {
        case logs, diagnostics, erase
    }

    case tile(Tile)
    case favourite(Int)
    /// A key of the keyboard or keypad on the screen.
    case key(Character)
    case erase
    case dial
    case result(Int)
    case list(ContactList)
    case entry(Int)
    case answer, decline, cancel, close, callAgain, leaveSafeMode
    case button(Button)
    case layout(DisplayLayout)
    case corner(SelfViewCorner)
    case setting(Setting)
    /// Of the settings, what leads to a page of its own.
    case maintenance
    case task(Task)
    /// What was typed on the page for codes is all.
    case confirm

    /// A key of a keyboard or keypad on the screen.
    var isKey: Bool {
        switch self {
        case .key, .erase, .confirm: true
        default: false
        }
    }

    /// As status names it.
    package var name: String {
        switch self {
        case .tile(let tile): tile.rawValue
        case .favourite(let index): "favourite.\(index)"
        case .key(" "): "key.space"
        case .key(let key): "key.\(key)"
        case .erase: "erase"
        case .dial: "dial"
        case .result(let index): "result.\(index)"
        case .list(let list): "list.\(list.rawValue)"
        case .entry(let index): "entry.\(index)"
        case .answer: "answer"
        case .decline: "decline"
        case .cancel: "cancel"
        case .close: "close"
        case .callAgain: "call_again"
        case .leaveSafeMode: "leave_safe_mode"
        case .button(let button): button.rawValue
        case .layout(let layout): "layout.\(layout.rawValue)"
        case .corner(let corner): "corner.\(corner.rawValue)"
        case .setting(let setting): "setting.\(setting.rawValue)"
        case .maintenance: "maintenance"
        case .task(let task): "task.\(task.rawValue)"
        case .confirm: "confirm"
        }
    }
}
