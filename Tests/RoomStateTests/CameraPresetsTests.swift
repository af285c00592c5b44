import ControlProtocol
import FuzzSupport
import RoomState
import Testing

@Suite("Positions of the camera that are kept")
struct CameraPresetsTests {
    @Test("Each camera has its own, in the order in which they were kept")
    func keep() {
        var presets = CameraPresets()
        func save(_ name: String, of camera: String, _ controls: [String: Int]) -> Bool {
            presets.save(name, of: camera, controls)
        }
        func remove(_ name: String, of camera: String) -> Bool { presets.remove(name, of: camera) }
        #expect(save("Whiteboard", of: "A", ["pan": 5]))
        #expect(save("1", of: "A", ["zoom": 200]))
        #expect(save("1", of: "B", ["zoom": 300]))
        #expect(save("Whiteboard", of: "A", ["pan": 7, "tilt": -2]))
        #expect(presets.names(of: "A") == ["Whiteboard", "1"])
        #expect(presets.controls("Whiteboard", of: "A") == ["pan": 7, "tilt": -2])
        #expect(presets.controls("1", of: "B") == ["zoom": 300])
        #expect(CameraPresets(presets.json) == presets)
        #expect(remove("1", of: "A"))
        #expect(!remove("1", of: "A"))
        #expect(presets.names(of: "B") == ["1"])
    }

    @Test("Their number, their names and what they hold are bounded")
    func bounds() {
        var presets = CameraPresets()
        func save(_ name: String, of camera: String, _ controls: [String: Int]) -> Bool {
            presets.save(name, of: camera, controls)
        }
        #expect(!save("empty", of: "A", [:]))
        for name in ["", "two\nlines", "\u{202E}turned", String(repeating: "x", count: 33), "\u{7}"] {
            #expect(!save(name, of: "A", ["pan": 1]))
        }
        #expect(save("窗边的白板", of: "A", ["pan": 1]))
        for number in 1..<CameraPresets.maximumCount { #expect(save("\(number)", of: "A", ["pan": number])) }
        #expect(!save("one more", of: "A", ["pan": 1]))
        #expect(save("3", of: "A", ["pan": 33]))
    }

    @Test("No text makes it stop, and what was read once reads the same again")
    func fuzz() {
        var presets = CameraPresets()
        _ = presets.save("Whiteboard", of: "camera", ["pan": 5, "zoom": -1])
        _ = presets.save("2", of: "camera", ["focus_auto": 0, "focus": 9])
        var fuzzer = MutationFuzzer(corpus: [Array(presets.json.serialized.utf8)], interesting: [Array("[{".utf8)])
        fuzzer.run(count: 5000) { bytes in
            guard let value = try? JSONValue(parsing: Array(bytes)) else { return }
            let read = CameraPresets(value)
            #expect(CameraPresets(read.json) == read)
        }
    }
}
