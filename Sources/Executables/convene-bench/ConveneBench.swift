import ArgumentParser
import PeerSupport

/// Measures a room in a call, its codecs alone and baresip, and prints each figure beside its goal.
@main
struct ConveneBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convene-bench",
        abstract: "Measures a room in a two-way 720p30 call, the bare codecs and baresip, all in one run.",
        discussion: """
            Everything runs on this machine, one after the other, with the same pictures. Keep the machine quiet: what \
            else runs on it is in the figures. A goal that is not met is a line in the table, not an error.
            """)

    @Option(name: .long, help: "How long each call is measured, in seconds.")
    var seconds = 10

    @Option(
        name: .long,
        help: "How long the idle room is watched, in seconds; its clock is drawn anew once in each minute.")
    var idle = 60

    @Option(
        name: .long,
        help: ArgumentHelp("What is measured: codecs, baresip, room, directory, screen, lab.", valueName: "part"))
    var only: [String] = []

    @Option(
        name: .long,
        help: """
            How many calls between rooms are measured, half as long each, and between two runs of the bare codecs; the \
            median of them counts.
            """)
    var turns = 11

    @Option(name: .long, help: ArgumentHelp("The convened to measure.", valueName: "program"))
    var convened: String?

    @Option(name: .long, help: .hidden)
    var insideLab: String?

    private static let bitsPerSecond = 1_500_000

    mutating func validate() throws {
        guard seconds >= 2, idle >= 1 else { throw ValidationError("A measurement takes at least two seconds.") }
        guard turns >= 1 else { throw ValidationError("--turns is at least 1.") }
        let parts = ["codecs", "baresip", "room", "directory", "screen", "lab"]
        for part in only where !parts.contains(part) {
            throw ValidationError("--only \(part) is none of \(parts.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        if let insideLab {
            try await LabBench.runInside(to: insideLab, seconds: seconds, program: convened)
            return
        }
        var table = FigureTable()
        var fastest: BareCodecs?
        var baresip: CallMeasurement?
        if wants("codecs") {
            let superfast = try await BareCodecs.measurePair(
                .room, seconds: seconds, bitsPerSecond: Self.bitsPerSecond)
            let ultrafast = try await BareCodecs.measurePair(
                .baresip, seconds: seconds, bitsPerSecond: Self.bitsPerSecond)
            table.add("The codecs alone, in one thread; two such threads at once", Self.figures(superfast, ultrafast))
            fastest = ultrafast
        }
        if wants("baresip") {
            let folder = try TemporaryFolder()
            let clip = "\(folder.path)/source.mkv"
            try await SourceClip.write(to: clip, seconds: seconds + 5)
            let measured = try await BaresipBench.measure(
                clip: clip, seconds: seconds, bitsPerSecond: Self.bitsPerSecond)
            table.add("baresip calls baresip", Self.figures(baresip: measured, fastest))
            baresip = measured
        }
        if wants("room") {
            let room = try await RoomBench.measure(
                program: convened, seconds: max(seconds / 2, 2), turns: turns, idleSeconds: idle,
                bitsPerSecond: Self.bitsPerSecond)
            table.add("A room calls a room", Self.figures(room, baresip, fastest))
            table.add("A room's threads in the call", Self.threads(room))
            let allocations = try await AllocationWatch.measure(program: convened, seconds: seconds)
            table.add("Taken from the heap in the call", Self.figures(allocations))
        }
        if wants("directory") { table.add("The directory", try await DirectoryBench.measure().figures) }
        if wants("screen") {
            table.add("The screen", Self.figures(try await ScreenBench.measure(program: convened)))
        }
        if wants("lab") {
            switch try await LabBench.measure(seconds: seconds, program: convened) {
            case .success(let lab):
                table.add("A room calls a room in the device lab, vivid to vkms", lab.figures)
                table.add("A room and baresip in the device lab", LabBaresipBench.figures(lab.results))
            case .failure(let reason): print("\nThe device lab is left out: \(reason)")
            }
        }
        print("\n\(table.summary)")
    }

    private func wants(_ part: String) -> Bool {
        only.isEmpty || only.contains(part)
    }
}
