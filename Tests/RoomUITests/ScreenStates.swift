import ControlProtocol
import RoomUI

/// Every state of the screen by a name, made by pressing keys as people would: what is painted in the golden pictures
/// and looked at in other tests.
struct ScreenState: Sendable {
    let name: String
    let screen: RoomScreen

    static let now = CivilTime(year: 2026, month: 11, day: 24, weekday: 2, hour: 14, minute: 5)
    static let berlin = RoomFacts.Party(name: "Berlin, second floor", address: "sip:berlin@example.net")
    static let rome = RoomFacts.Party(name: "Rome", address: "sip:rome@example.net")

    static let favourites = [
        ContactEntry(.favourite, name: "Berlin, second floor", address: "sip:berlin@example.net"),
        ContactEntry(.favourite, name: "Reception", address: "sip:reception@example.net"),
        ContactEntry(.favourite, name: "Dr. Amara Okafor", address: "sip:okafor@clinic.example.net"),
    ]

    static let recents = [
        ContactEntry(.missed, name: "Rome", address: "sip:rome@example.net", moment: at(24, 13, 12)),
        ContactEntry(.outgoing, name: "Berlin, second floor", address: "sip:berlin@example.net", moment: at(24, 9, 30)),
        ContactEntry(.incoming, name: "أحمد المنصوري", address: "sip:ahmed@example.org", moment: at(23, 16, 0)),
        ContactEntry(.incoming, name: "北京会议室", address: "sip:beijing@example.cn", moment: at(20, 10, 15)),
        ContactEntry(.outgoing, name: "", address: "sip:4711@192.0.2.44", moment: at(19, 8, 45)),
        ContactEntry(.missed, name: "Zürich", address: "sip:zuerich@example.ch", moment: at(18, 11, 0)),
        ContactEntry(.outgoing, name: "Lisboa", address: "sip:lisboa@example.pt", moment: at(17, 11, 0)),
    ]

    static func at(_ day: Int, _ hour: Int, _ minute: Int) -> CivilTime {
        CivilTime(year: 2026, month: 11, day: day, weekday: (day + 0) % 7, hour: hour, minute: minute)
    }

    static func idle(_ language: Language = .english, isDark: Bool = true) -> RoomFacts {
        var facts = RoomFacts(roomName: "Lindau", now: now)
        facts.addresses = ["sip:room@192.0.2.17"]
        facts.language = language
        facts.isDark = isDark
        facts.doNotDisturb = false
        facts.deviceNames = [
            .camera: "Logitech Rally", .microphone: "Jabra Speak 750", .speaker: "Jabra Speak 750", .screen: "HDMI-A-1",
        ]
        facts.boardName = "raspberry-pi-4"
        facts.maintenance = .init()
        facts.version = "0.1"
        return facts
    }

    static func inCall(_ facts: RoomFacts, seconds: Int = 754) -> RoomFacts {
        var facts = facts
        var ongoing = RoomFacts.Ongoing([berlin], seconds: seconds)
        ongoing.quality = 4
        ongoing.hasRoomForMore = true
        facts.ongoing = ongoing
        return facts
    }

    /// An interface that has its lists.
    static func fresh() -> RoomInterface {
        var interface = RoomInterface()
        interface.show(favourites, of: .favourites)
        return interface
    }

    /// The state after keys, two seconds after the room came to it.
    static func state(
        _ name: String, _ facts: RoomFacts, keys: [ControlKey] = [], typed: String = "",
        after: (inout RoomInterface) -> Void = { _ in }
    ) -> ScreenState {
        var interface = fresh()
        var now: Int64 = 1_000_000_000
        _ = interface.update(facts, at: now)
        now += 2_000_000_000
        for key in keys {
            _ = interface.press(key, facts, at: now)
            now += 300_000_000
        }
        if !typed.isEmpty { _ = interface.type(typed, facts, at: now) }
        after(&interface)
        return ScreenState(name: name, screen: interface.screen(facts, at: now + 1))
    }

    /// All of them in a language and a theme.
    static func all(_ language: Language = .english, isDark: Bool = true) -> [ScreenState] {
        idleStates(idle(language, isDark: isDark)) + callStates(idle(language, isDark: isDark))
    }

    private static let toMaintenance: [ControlKey] = [.f4, .up, .up, .ok]

    private static let logs = [
        "2026-11-24T14:02:11+00:00 room convened[412]: notice room: the room is up board=raspberry-pi-4 room=Lindau",
        "2026-11-24T14:02:12+00:00 room convened[412]: info room: device device=camera from=opening to=running "
            + "name=Logitech Rally trouble=none",
        "2026-11-24T14:03:40+00:00 room convened[412]: info room: call call=1 from=dialling to=established "
            + "peer=sip:berlin@example.net reason=none",
        "2026-11-24T14:04:02+00:00 room convene-remote[433]: keymap hauppauge is loaded",
        "2026-11-24T14:04:31+00:00 room convened[412]: warning room: device device=camera from=running to=lost "
            + "name=Logitech Rally trouble=Camera unplugged.",
        "-- Boot 3f6c --",
        "2026-11-24T14:04:33+00:00 room convened[412]: info room: device device=camera from=lost to=running",
        "2026-11-24T14:04:50+00:00 room convene-panel[440]: listening on 127.0.0.1:8480",
        "2026-11-24T14:05:01+00:00 room convened[412]: info room: call call=1 from=established to=ended "
            + "peer=sip:berlin@example.net reason=The call was ended here.",
    ].map(LogLine.init(journal:))

    private static func idleStates(_ idle: RoomFacts) -> [ScreenState] {
        var troubled = idle
        troubled.troubles = [.init(.camera, .unplugged), .init(.speaker, .missing)]
        troubled.missedCalls = 2
        troubled.doNotDisturb = true
        var safe = idle
        safe.isSafeMode = true
        var paired = idle
        paired.pairingCode = "482 917"
        var setup = idle
        setup.setup = RoomFacts.Setup(
            command: "ssh provision@192.0.2.7", fingerprint: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")
        var message = idle
        message.message = "USB stick: room.yaml:3:3: network has no setting \"adresses\"; did you mean addresses?"
        var standby = idle
        standby.isStandby = true
        var open = idle
        open.maintenance?.canErase = false
        var written = idle
        written.maintenance?.work = .diagnosticsWritten("convene-diagnostics-20261124T140533Z.tar.gz")
        var noStick = idle
        noStick.maintenance?.work = .noStick
        var locked = idle
        locked.maintenance?.isLocked = true
        return [
            state("setup", setup), state("message", message),
            state("home", idle), state("home-favourite", idle, keys: [.up]), state("home-troubles", troubled),
            state("dial", idle, keys: [.ok]),
            state("dial-results", idle, typed: "ber") { interface in
                interface.show(
                    results: [
                        favourites[0], ContactEntry(.contact, name: "Bern", address: "sip:bern@example.ch"),
                        ContactEntry(.contact, name: "Bertha von Suttner", address: "sip:bertha@example.at"),
                    ], for: "ber")
            },
            state("dial-nobody", idle, keys: [.one, .nine, .two]) { $0.show(results: [], for: "192") },
            state("contacts", idle, keys: [.phoneBook]),
            state("recents", idle, keys: [.f3]) { interface in
                interface.show(recents, of: .recents)
            },
            state("recents-end", idle, keys: [.f3]) { interface in
                interface.show(recents, of: .recents)
                for _ in 0..<6 { _ = interface.press(.down, idle, at: 6_000_000_000) }
            },
            state("contacts-empty", idle, keys: [.phoneBook, .up, .right, .right]),
            state("settings", idle, keys: [.f4]), state("settings-trouble", troubled, keys: [.f4, .down]),
            state("maintenance", idle, keys: toMaintenance),
            state("maintenance-no-pin", open, keys: toMaintenance + [.up]),
            state("maintenance-erase", idle, keys: toMaintenance + [.up]),
            state("maintenance-written", written, keys: toMaintenance + [.down]),
            state("maintenance-no-stick", noStick, keys: toMaintenance + [.down]),
            state("logs", idle, keys: toMaintenance + [.ok]) { $0.show(logs: logs) },
            state("code-pin", locked, keys: toMaintenance + [.two, .two, .two]),
            state("code-wrong-pin", locked, keys: toMaintenance + [.two, .ok]) {
                $0.refused(.wrong, at: 6_000_000_000)
            },
            state("code-erase", idle, keys: toMaintenance + [.up, .ok, .four]),
            state("volume", idle, keys: [.volumeUp]), state("safe-mode", safe), state("pairing", paired),
            state("standby", standby),
        ]
    }

    private static func callStates(_ idle: RoomFacts) -> [ScreenState] {
        var ringing = idle
        ringing.incoming = .init(berlin)
        var countdown = idle
        countdown.incoming = .init(berlin, secondsToAnswer: 5)
        var dialling = idle
        dialling.dialling = .init(berlin, isRinging: true)
        var ended = idle
        ended.ended = .init(berlin, .busy)
        let call = inCall(idle)
        var muted = call
        muted.isMuted = true
        muted.isCameraOff = true
        muted.ongoing?.isEncrypted = true
        muted.ongoing?.quality = 1
        var held = call
        held.ongoing?.isHeldHere = true
        held.ongoing?.parties = [berlin, rome]
        held.ongoing?.hasRoomForMore = false
        var broken = call
        broken.troubles = [.init(.camera, .unplugged), .init(.microphone, .busy)]
        var soundOnly = call
        soundOnly.ongoing?.isSoundOnly = true
        var second = call
        second.incoming = .init(rome)
        return [
            state("incoming", ringing), state("incoming-countdown", countdown), state("dialling", dialling),
            state("ended", ended), state("call", call), state("call-muted", muted), state("call-trouble", broken),
            state("call-incoming", second), state("call-layout", call, keys: [.layout]),
            state("call-sound-only", soundOnly),
            state("menu", call, keys: [.ok]), state("menu-muted", muted, keys: [.ok, .right]),
            state("menu-held", held, keys: [.ok, .down]), state("keypad", call, keys: [.one, .two, .pound]),
            state("layouts", call, keys: [.ok, .right, .ok]),
        ]
    }
}
