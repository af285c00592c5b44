import ControlProtocol
import Glibc
import PeerSupport
import Testing

@testable import RoomConfiguration

@Suite("board.yaml as the terminal understands it")
struct BoardConfigurationTests {
    static let boardFolder: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Board"
    }()

    @Test("The boards in the repository are valid", arguments: ["simulated", "lab", "qemu-arm64", "raspberry-pi-4"])
    func shippedBoards(name: String) throws {
        let board = try BoardConfiguration.load("\(Self.boardFolder)/\(name)/board.yaml")
        #expect(board.name == name)
        #expect(!board.camera.matches.isEmpty)
        #expect(!board.encoders.isEmpty)
        #expect(board.encoders.last?.kind == .x264, "every board can fall back on x264")
        #expect(!board.decoders.isEmpty)
        #expect(!board.display.matches.isEmpty)
        #expect(!board.capture.matches.isEmpty)
        #expect(!board.playback.matches.isEmpty)
    }

    @Test("The simulated board needs no hardware")
    func simulated() throws {
        let board = try BoardConfiguration.load("\(Self.boardFolder)/simulated/board.yaml")
        #expect(board.camera.matches == [DeviceMatch(synthetic: "test_pattern")])
        #expect(board.capture.matches == [DeviceMatch(synthetic: "beep")])
        #expect(board.playback.matches == [DeviceMatch(synthetic: "null")])
        #expect(board.display.matches == [DeviceMatch(synthetic: "memory_with_planes")])
        #expect(board.display.mode == .mode(width: 1280, height: 720, rate: 60))
    }

    @Test("The lab prefers its hardware encoder and has loopback sound on two devices")
    func lab() throws {
        let board = try BoardConfiguration.load("\(Self.boardFolder)/lab/board.yaml")
        #expect(board.encoders.map(\.kind) == [.v4l2, .x264])
        #expect(board.encoders.first?.match?.driver == "vh264enc")
        #expect(board.capture.device != board.playback.device)
        #expect(board.camera.matches.first?.matches(driver: "vivid", card: "vivid-000-vid-cap") == true)
        #expect(board.camera.matches.first?.matches(driver: "vivid", card: "vivid-000-meta-cap") == false)
        #expect(board.display.matches.first?.matches(driver: "", card: "vkms") == true)
    }

    @Test("An empty file gives a board without devices that encodes and decodes in software")
    func emptyFile() throws {
        let board = try BoardConfiguration.parse("", file: "board.yaml")
        #expect(board.camera.matches.isEmpty)
        #expect(board.encoders.map(\.kind) == [.x264])
        #expect(board.decoders.map(\.kind) == [.libavcodec])
        #expect(board.display.mode == .preferred)
        #expect(board.capture.period == 10)
        #expect(board.threads.isEmpty)
        #expect(board.stallLimit == .seconds(5))
    }

    @Test("Threads, quirks and udev properties arrive")
    func details() throws {
        let board = try BoardConfiguration.parse(
            """
            camera:
              match:
                - udev: {ID_VENDOR_ID: "046d", ID_MODEL: "C9*"}
            encoders:
              - {kind: v4l2, driver: wave5-enc, quirks: [no_force_key, no_live_bitrate]}
              - {kind: x264, preset: veryfast, threads: 2}
            threads:
              microphone: {priority: 60, cpus: [2, 3]}
              interface: {nice: 10}
            watchdog: {stall_limit: 2000}
            """, file: "board.yaml")
        #expect(board.camera.matches.first?.udevProperties == ["ID_VENDOR_ID": "046d", "ID_MODEL": "C9*"])
        #expect(board.encoders.first?.quirks == [.noForceKey, .noLiveBitrate])
        #expect(board.encoders.last?.threads == 2)
        #expect(board.threads["microphone"] == BoardConfiguration.Thread(priority: 60, processors: [2, 3]))
        #expect(board.threads["interface"]?.niceness == 10)
        #expect(board.stallLimit == .seconds(2))
    }

    @Test("The quirks of the table are those of the type")
    func quirksAgree() {
        for name in BoardSchema.codecQuirks {
            #expect(BoardConfiguration.Codec.Quirk(rawValue: name) != nil, "\(name)")
        }
    }

    @Test("The threads that a board may schedule are threads that the program starts")
    func threadNames() throws {
        let started = Self.sources(in: Self.boardFolder + "/../Sources")
        #expect(started.contains("MediaThread(name: "))
        for name in BoardSchema.threadNames {
            let isStarted = ["MediaThread", "DeviceThread", "ThreadExecutor"].contains {
                started.contains("\($0)(name: \"\(name)\"")
            }
            #expect(isStarted, "\(name)")
        }
    }

    /// The text of all Swift files below a folder.
    private static func sources(in folder: String) -> String {
        guard let directory = opendir(folder) else { return "" }
        defer { closedir(directory) }
        var text = ""
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".swift") { text += (try? readText(path)) ?? "" } else { text += sources(in: path) }
        }
        return text
    }
}
