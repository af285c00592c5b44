import ControlProtocol
import PeerSupport

/// A room of the device lab and baresip: how long after the answer each has the other's first picture.
///
/// In the guest a page of memory that is touched for the first time costs some 15 µs, and both programs' codecs take
/// thousands of them. A room tries its codecs after its start, baresip does when told; the first call of a fresh pair is
/// told apart from later ones, and from that of a baresip that was not told. That one draws its pictures, as a camera
/// would give them: with a film it would have that film's decoder to start as well, which is no part of a call.
enum LabBaresipBench {
    private static let freshPairs = 4
    private static let untriedPairs = 4
    /// Of each pair, after its first.
    private static let laterCalls = 2

    /// Measures in the guest; the figures by their names in the result file.
    static func runInside(program: String?) async throws -> [(name: String, value: Double)] {
        let folder = try TemporaryFolder()
        let clip = "\(folder.path)/clip.mp4"
        try await VideoClip.make(at: clip, of: .calm, seconds: 40)
        var configuration = BaresipPeer.Configuration()
        configuration.recordsAudio = false
        var first: [BaresipCall.Figures] = []
        var later: [BaresipCall.Figures] = []
        var untried: [BaresipCall.Figures] = []
        // First of all: a baresip that has tried nothing belongs to a machine that has just started. In a guest that has been
        // through the other calls a page costs more, and the same takes some 100 ms longer.
        for pair in 0..<untriedPairs {
            let peer = try await BaresipPeer(configuration)
            let room = try await RoomProcess(name: "Lab", board: "lab", program: program)
            try await Task.sleep(for: .seconds(3))
            untried.append(try await call(room, peer, 1, roomCalls: pair % 2 == 0, counts: false))
            await peer.stop()
            try await room.stop()
        }
        configuration.video = .file(clip)
        for pair in 0..<freshPairs {
            let peer = try await BaresipPeer(configuration)
            let room = try await RoomProcess(name: "Lab", board: "lab", program: program)
            try await BaresipCall.settle(peer)
            for number in 1...(1 + laterCalls) {
                // Counted once whoever calls.
                let counts = number > laterCalls && pair < 2
                let figures = try await call(room, peer, number, roomCalls: pair % 2 == 0, counts: counts)
                if number == 1 { first.append(figures) } else { later.append(figures) }
            }
            await peer.stop()
            try await room.stop()
        }
        let alone = try await twoBaresips(configuration)
        var results: [(name: String, value: Double)] = []
        for (kind, calls) in [("first", first), ("later", later), ("untried", untried)] {
            for (end, values) in [("here", calls.map(\.keyFrameAtRoom)), ("there", calls.map(\.keyFrameAtPeer))] {
                results.append(("baresip_\(kind)_\(end)", ScreenBench.median(values.sorted()) ?? .nan))
                results.append(("baresip_\(kind)_\(end)_most", values.max() ?? .nan))
            }
        }
        let counted = later.filter { $0.sentByRoom > 0 && $0.sentByPeer > 0 }
        results.append(("baresip_decoded_here", counted.map { share($0.decodedByRoom, $0.sentByPeer) }.min() ?? .nan))
        results.append(("baresip_decoded_there", counted.map { share($0.decodedByPeer, $0.sentByRoom) }.min() ?? .nan))
        results.append(("two_baresips_first", alone))
        return results
    }

    /// One call, hung up again.
    private static func call(
        _ room: RoomProcess, _ peer: BaresipPeer, _ number: Int, roomCalls: Bool, counts: Bool
    ) async throws -> BaresipCall.Figures {
        var call = try await BaresipCall.dial(room, peer, number: number, roomCalls: roomCalls, within: .seconds(30))
        // Into the guest's console: what a single call out of line was about.
        print("baresip in the lab, call \(number): \(call.figures.setUp)")
        if counts { try await call.count(pictures: 300) }
        _ = try room.request(.callHangup)
        try await room.call(number, reaches: "ended")
        try await Task.sleep(for: .seconds(1))
        return call.figures
    }

    private static func share(_ decoded: Int, _ sent: Int) -> Double { 300 * Double(decoded) / Double(sent) }

    /// From dialling to the first picture that the caller shows, in the first call of two that tried their codecs: baresip
    /// does not say when it was answered.
    private static func twoBaresips(_ configuration: BaresipPeer.Configuration) async throws -> Double {
        let callee = try await BaresipPeer(configuration)
        let caller = try await BaresipPeer(configuration)
        try await callee.tryVideoCodec()
        try await BaresipCall.settle(caller)
        let dialled = ContinuousClock.now
        try await caller.dial(callee.address)
        let shown = try await eventually(within: .seconds(30), every: BaresipCall.lookEvery, "baresip shows a picture")
        {
            try await caller.videoStatistics().displayed > 0 ? ContinuousClock.now : nil
        }
        await caller.stop()
        await callee.stop()
        return (shown - dialled).milliseconds
    }

    static func figures(_ results: [String: Double]) -> [Figure] {
        let alone = results["two_baresips_first"].map { (name: "two baresips, from dialling", value: $0) }
        func keyFrame(_ name: String, _ key: String, peer: (name: String, value: Double)? = nil) -> Figure {
            Figure(
                name: "\(name), median", unit: "ms", decimals: 0, goal: .atMost(300), measured: results[key],
                peer: peer,
                note: results["\(key)_most"].map { "at most \(Figure.text($0, decimals: 0))" } ?? "")
        }
        func decoded(_ by: String, _ key: String) -> Figure {
            Figure(name: "of 300 pictures, decoded by \(by)", decimals: 0, goal: .atLeast(290), measured: results[key])
        }
        return [
            decoded("the room", "baresip_decoded_here"), decoded("baresip", "baresip_decoded_there"),
            keyFrame("answer to key frame decoded by the room", "baresip_later_here"),
            keyFrame("answer to key frame decoded by baresip", "baresip_later_there"),
            keyFrame("the same in the first call, by the room", "baresip_first_here", peer: alone),
            keyFrame("the same in the first call, by baresip", "baresip_first_there", peer: alone),
            keyFrame("the same, baresip's codecs untried, by the room", "baresip_untried_here"),
            keyFrame("the same, baresip's codecs untried, by baresip", "baresip_untried_there"),
        ]
    }
}
