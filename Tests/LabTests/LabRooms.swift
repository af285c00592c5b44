import ControlProtocol
import PeerSupport
import PictureSupport
import Testing

/// Two whole rooms on the kernel's devices, in calls with each other.
struct LabRooms {
    /// On vh264enc, vkms, the first camera and the first two cables of the loopback card.
    let lab: RoomProcess
    /// On x264, a screen in memory, the second camera and the other two cables.
    let second: RoomProcess
    /// The number of the call that goes on, the same in both.
    private(set) var number = 0

    init() async throws {
        lab = try await RoomProcess(name: "Lab", board: "lab")
        second = try await RoomProcess(name: "Second", board: "lab-second")
    }

    /// The second room calls the first; returns once both show the other's pictures.
    mutating func call() async throws {
        number += 1
        try second.dial(lab.address)
        for room in [lab, second] {
            try await room.call(number, reaches: "established", within: .seconds(20))
            let shown = "calls.\(number).video.receive.frames_shown"
            try await eventually(within: .seconds(30), "pictures") { try room.number(shown) >= 20 ? true : nil }
        }
    }

    func hangUp() async throws {
        _ = try second.request(.callHangup)
        for room in [lab, second] { try await room.call(number, reaches: "ended") }
    }

    func stop() async throws {
        try await second.stop()
        try await lab.stop()
    }

    /// Whether the call stands in both.
    func isEstablished() throws -> Bool {
        for room in [lab, second] where try room.status("calls.\(number).state")?.stringValue != "established" {
            return false
        }
        return true
    }

    /// The middle of what a room's screen shows, without what is written at its top and bottom.
    func screen(of room: RoomProcess, _ folder: TemporaryFolder) async throws -> LumaPicture {
        _ = try room.request(.displayLayout, ["layout": "remote"])
        _ = try room.request(.screenCapture, ["path": JSONValue("\(folder.path)/screen.png")])
        return try await Self.middle("-i \(folder.path)/screen.png", folder)
    }

    /// How alike a room's screen and a picture are, once it is more than `bound`, or after 20 s: pictures damaged on the
    /// way are mended by the next key frame, and a guest that does not get the processor loses many.
    func likeness(
        of room: RoomProcess, to source: LumaPicture, above bound: Double, _ folder: TemporaryFolder
    ) async throws -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        while true {
            let likeness = try await screen(of: room, folder).similarity(to: source)
            if likeness > bound { return likeness }
            if clock.now > end {
                // What was shown instead is kept beside the console's log.
                _ = try? await Lab.shell("cp \(folder.path)/screen.png /run/out/unlike-\(number).png")
                return likeness
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Whether pictures arrive at their full rate in both rooms for a second: if not, the guest does not get the
    /// processor, and how long things take in it is the host's doing.
    func keepUp() async throws -> Bool {
        let clock = ContinuousClock()
        let frames = "calls.\(number).video.receive.frames"
        let before = try [lab, second].map { try $0.number(frames) }
        let begun = clock.now
        try await Task.sleep(for: .seconds(1))
        let after = try [lab, second].map { try $0.number(frames) }
        let seconds = (clock.now - begun) / .seconds(1)
        return zip(before, after).allSatisfy { ($1 - $0) / seconds >= LabRooms.fullRate }
    }

    /// Pictures a second, of 30, at which the guest keeps up.
    static let fullRate = 28.0

    /// The middle of what ffmpeg reads from an input, in a quarter of the size: vh264enc codes one value for each block
    /// of 4 x 4.
    static func middle(_ input: String, _ folder: TemporaryFolder) async throws -> LumaPicture {
        let raw = "\(folder.path)/grey"
        try await Lab.shell(
            """
            ffmpeg -y -loglevel error \(input) -frames:v 1 -f rawvideo -pix_fmt gray \
                -vf scale=1280:720,crop=1280:360:0:200,scale=320:90:flags=area \(raw)
            """)
        return LumaPicture(samples: try readBytes(raw), width: 320, height: 90)
    }
}

/// Figures of repeated measurements, as tests print them.
struct Spread: CustomStringConvertible {
    private let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var count: Int { sorted.count }
    var least: Double { sorted.first ?? .nan }
    var median: Double { sorted.isEmpty ? .nan : sorted[sorted.count / 2] }
    var most: Double { sorted.last ?? .nan }

    var description: String {
        "min \(Self.text(least)), median \(Self.text(median)), max \(Self.text(most)) of \(count)"
    }

    private static func text(_ value: Double) -> String { value.isNaN ? "-" : "\((value * 100).rounded() / 100)" }
}
