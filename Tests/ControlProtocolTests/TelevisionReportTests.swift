import ControlProtocol
import Testing

@Suite("What is told of the TV")
struct TelevisionReportTests {
    private func command(_ parameters: JSONValue) throws -> ControlCommand? {
        try ControlCommand(
            method: .displayTV, parameters: try ControlParameters(checking: parameters, for: .displayTV))
    }

    @Test("display.tv takes power alone, and volume and silence where they are known")
    func parameters() throws {
        #expect(try command(["power": "off"]) == .reportTelevision(TelevisionReport(power: .off)))
        #expect(
            try command(["power": "on", "volume": 42, "muted": true])
                == .reportTelevision(TelevisionReport(power: .on, volume: 42, isMuted: true)))
        #expect(throws: ControlError.self) { try command([:]) }
        #expect(throws: ControlError.self) { try command(["power": "dim"]) }
        #expect(throws: ControlError.self) { try command(["power": "on", "volume": 101]) }
    }

    @Test("What is not known is left out of status")
    func status() {
        #expect(TelevisionReport(power: .unknown).json == ["power": "unknown"])
        #expect(
            TelevisionReport(power: .on, volume: 7, isMuted: false).json
                == ["power": "on", "volume": 7, "muted": false])
    }

    @Test("A key that is held down says so")
    func held() throws {
        let parameters = try ControlParameters(checking: ["key": "VolumeUp", "repeat": true], for: .keyPress)
        #expect(
            try ControlCommand(method: .keyPress, parameters: parameters) == .pressKey(.volumeUp, isRepeat: true))
    }
}
