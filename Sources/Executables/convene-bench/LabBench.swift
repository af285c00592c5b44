import ControlProtocol
import Glibc
import PeerSupport

/// Two rooms in the device lab: vivid's camera through one, and out of vkms's screen at the other; and a room and baresip.
///
/// The lab's guest runs this very program once more, with `--inside-lab`, and leaves what it measured in a file.
struct LabBench: Sendable {
    /// By name. Capture to screen is the median from the camera's time stamp to the vertical blank that showed the picture
    /// in the other room, in milliseconds, by the rooms' own clocks, which are one in the lab.
    let results: [String: Double]

    private static let resultFile = "lab-bench"

    /// Measures in the lab; a line that says why not when it cannot run.
    static func measure(seconds: Int, program: String?) async throws -> Result<LabBench, ChildProcess.Failure> {
        let root = RoomProcess.sourceFolder
        let folder = try TemporaryFolder()
        guard let kernel = try await output("\(root)/Tests/Lab/kernel", ["--no-build"], folder) else {
            return .failure(.init("there is no kernel for it yet: make test-lab builds one"))
        }
        let own = ownPath()
        var words = [own, "--inside-lab", "/run/out/\(resultFile)", "--seconds", "\(seconds)"]
        if let program { words += ["--convened", program] }
        // Beside the repository's other output: the guest's own /tmp hides the host's.
        let out = "\(root)/.lab-out/bench"
        let child = try ChildProcess(
            "\(root)/Tests/Lab/run", [out, words.joined(separator: " ")],
            environment: ["LAB_KERNEL": kernel, "LAB_TIMEOUT": "\(seconds + 290)"],
            logPath: "\(folder.path)/log")
        let clock = ContinuousClock()
        let (begun, before) = (clock.now, withheldMilliseconds())
        let outcome = try await child.wait(within: .seconds(seconds + 300))
        let withheld = before.flatMap { before in withheldMilliseconds().map { $0 - before } }
        guard outcome == .exited(status: 0), let text = try? readText("\(out)/\(resultFile)") else {
            let said = (try? readText("\(out)/console.log")) ?? child.log
            return .failure(.init("it ended with \(outcome): \(said.suffix(300))"))
        }
        var results: [String: Double] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Double(words[1]) else { continue }
            results[String(words[0])] = value
        }
        results["withheld"] = withheld.map { $0 / (clock.now - begun).milliseconds * 100 }
        return .success(LabBench(results: results))
    }

    /// In the guest: calls, measures and writes the figures to `path`.
    static func runInside(to path: String, seconds: Int, program: String?) async throws {
        let lab = try await RoomProcess(name: "Lab", board: "lab", program: program)
        let second = try await RoomProcess(name: "Second", board: "lab-second", program: program)
        let number = try second.dial(lab.address)
        try await lab.call(reaches: "established", within: .seconds(20))
        let receive = "calls.\(number).video.receive"
        _ = try lab.request(.displayLayout, ["layout": "remote"])
        try await eventually(within: .seconds(30), "pictures") {
            try lab.number("\(receive).frames_shown") >= 60 ? true : nil
        }
        // The start of a call is not its steady state.
        try await Task.sleep(for: .seconds(3))
        let clock = ContinuousClock()
        let (begun, first) = (clock.now, try lab.number("\(receive).frames_shown"))
        let firstTaken = try second.number("camera.frames")
        try await Task.sleep(for: .seconds(seconds))
        let shown = (try lab.number("\(receive).frames_shown") - first) / (clock.now - begun).seconds
        let taken = (try second.number("camera.frames") - firstTaken) / (clock.now - begun).seconds
        var text = "shown \(shown)\ntaken \(taken)\n"
        if let value = try lab.figure("\(receive).capture_to_screen_ms.median") {
            text += "capture_to_screen \(value)\n"
        }
        if let value = try lab.figure("\(receive).held_for_lip_sync_ms.median") { text += "held \(value)\n" }
        try await second.stop()
        try await lab.stop()
        if BaresipPeer.isInstalled {
            for (name, value) in try await LabBaresipBench.runInside(program: program) { text += "\(name) \(value)\n" }
        }
        try writeText(text, to: path)
    }

    var figures: [Figure] {
        [
            Figure(
                name: "capture to screen, median", unit: "ms", goal: .atMost(50),
                measured: results["capture_to_screen"],
                note: "by x264 superfast"),
            Figure(name: "held there for lip sync, median", unit: "ms", measured: results["held"]),
            Figure(
                name: "pictures on screen a second", goal: .atLeast(29.5), measured: results["shown"],
                note: results["taken"].map { "the camera gave \(Figure.text($0, decimals: 1))" } ?? ""),
            Figure(
                name: "withheld from this machine meanwhile, of one processor", unit: "%",
                measured: results["withheld"],
                note: "by its hypervisor; the guest stands still then"),
        ]
    }

    /// For how long processors of this machine had work and did not run, since it started, all of them added up: "steal" of
    /// proc_stat(5), which is what the hypervisor of a virtual machine gave to others.
    private static func withheldMilliseconds() -> Double? {
        guard let words = try? readText("/proc/stat").split(separator: "\n").first?.split(separator: " "),
            words.count > 8, let ticks = Double(words[8])
        else { return nil }
        return ticks * 1000 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func output(_ program: String, _ words: [String], _ folder: TemporaryFolder) async throws -> String?
    {
        let child = try ChildProcess(program, words, logPath: "\(folder.path)/kernel")
        guard try await child.wait(within: .seconds(20)) == .exited(status: 0) else { return nil }
        return child.log.split(separator: "\n").last.map(String.init)
    }

    private static func ownPath() -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
