import ControlProtocol
import Testing

@testable import PanelServer

@Suite struct StateProjectionTests {
    private var status: StatusTree {
        StatusTree([
            "room": ["name": "Blue", "uptime_s": 17.25, "troubles": []],
            "audio": ["muted": true, "volume": 40, "microphone": ["state": "running", "peak": 12, "xruns": 3]],
            "camera": ["enabled": true, "frames": 900, "controls": ["zoom": ["value": 1]]],
            "display": ["layout": "remote", "flips": 7],
            "calls": [
                "3": [
                    "state": "established", "address": "sip:a@b", "duration_s": 4.75,
                    "video": [
                        "receive": ["network": ["lost": 0]],
                        "send": ["far_end": ["lost_percent": 4], "bps": 1_000_000],
                    ],
                ]
            ],
            "history": ["missed": 2],
        ])
    }

    @Test("State stays, figures go")
    func projection() {
        let page = StatusTree(StateProjection.project(status))
        #expect(page["room.name"] == "Blue")
        #expect(page["room.uptime_s"] == nil)
        #expect(page["audio.muted"] == true)
        #expect(page["audio.microphone.state"] == "running")
        #expect(page["audio.microphone.peak"] == nil)
        #expect(page["camera.frames"] == nil)
        #expect(page["camera.controls.zoom.value"] == 1)
        #expect(page["display.flips"] == nil)
        #expect(page["calls.3.duration_s"] == 4)
        #expect(page["calls.3.quality"] == "fair")
        #expect(page["calls.3.video"] == nil)
        #expect(page["history.missed"] == 2)
    }

    @Test("A second of figures alone is no change for a page")
    func figures() {
        var later = status
        later["room.uptime_s"] = 18.25
        later["camera.frames"] = 930
        later["audio.microphone.peak"] = 400
        #expect(StateProjection.project(status) == StateProjection.project(later))
    }

    @Test("A status without anything is a page's state without anything")
    func empty() {
        #expect(StateProjection.project(StatusTree()) == .emptyObject)
    }

    @Test("What a panel may ask for holds no files and no settings without the PIN")
    func methods() {
        #expect(PanelMethods.access(to: "call.dial") == .paired)
        #expect(PanelMethods.access(to: "config.set") == .admin)
        for method in [
            "screen.capture", "describe", "status.get", "panel.pairing", "access.unlock", "directory.import",
        ] {
            #expect(PanelMethods.access(to: method) == nil)
        }
    }
}
