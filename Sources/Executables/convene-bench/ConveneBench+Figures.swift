/// Which figures the table has, and their goals.
extension ConveneBench {
    static func figures(_ superfast: BareCodecs, _ ultrafast: BareCodecs) -> [Figure] {
        let peer = ("ultrafast, Baseline", ultrafast)
        return [
            Figure(
                name: "H.264 both ways, superfast, High", unit: "ms of CPU/s", measured: superfast.video * 1000,
                peer: (peer.0, peer.1.video * 1000)),
            Figure(name: "Opus both ways", unit: "ms of CPU/s", measured: superfast.audio * 1000),
            Figure(name: "drawing the source", unit: "ms of CPU/s", measured: superfast.source * 1000),
            Figure(
                name: "picture, SSIM", decimals: 4, goal: .atLeast(0.969), measured: superfast.similarity,
                peer: (peer.0, ultrafast.similarity)),
            Figure(
                name: "rate", unit: "Mbit/s", decimals: 3, measured: superfast.bitsPerSecond / 1e6,
                peer: (peer.0, ultrafast.bitsPerSecond / 1e6)),
        ]
    }

    static func figures(baresip: CallMeasurement, _ fastest: BareCodecs?) -> [Figure] {
        [
            Figure(
                name: "in the call", unit: "ms of CPU/s", measured: baresip.callProcessor * 1000,
                note: "reads its source as raw video from a file"),
            Figure(
                name: "the same over the bare codecs", decimals: 2,
                measured: fastest.map { baresip.callProcessor / $0.codecs }, note: "its x264 preset is ultrafast"),
            Figure(name: "pictures decoded of 300", decimals: 0, measured: baresip.decodedOf300),
            Figure(name: "idle, resident", unit: "MB", measured: baresip.idleResident),
            Figure(name: "in the call, peak resident", unit: "MB", measured: baresip.callPeakResident),
            Figure(name: "idle", unit: "% of a CPU", decimals: 3, measured: baresip.idleProcessor * 100),
            Figure(name: "idle, wake-ups a second", measured: baresip.idleSwitches),
            Figure(
                name: "INVITE to first video packet", unit: "ms", measured: baresip.firstVideoPacket,
                note: baresip.setUpNote),
            Figure(
                name: "INVITE to first decoded picture", unit: "ms", measured: baresip.firstDecodedPicture,
                note: baresip.setUpNote),
        ]
    }

    static func figures(
        _ room: RoomBench, _ baresip: CallMeasurement?, _ fastest: BareCodecs?
    ) -> [Figure] {
        func beside(_ value: Double?) -> (name: String, value: Double)? { value.map { ("baresip", $0) } }
        let call = room.call
        return [
            Figure(
                name: "in the call", unit: "ms of CPU/s",
                goal: baresip.map { .atMost($0.callProcessor * 1000) } ?? .none,
                measured: call.callProcessor * 1000, peer: beside(baresip.map { $0.callProcessor * 1000 })),
            Figure(
                name: "the same over source and bare codecs", decimals: 2, goal: .atMost(1.15),
                measured: ScreenBench.median(room.overBare),
                peer: beside(fastest.flatMap { fastest in baresip.map { $0.callProcessor / fastest.codecs } }),
                note: room.turnsNote),
            Figure(
                name: "pictures decoded of 300", decimals: 0, goal: .atLeast(290), measured: call.decodedOf300,
                peer: beside(baresip?.decodedOf300)),
            Figure(
                name: "rate sent", unit: "Mbit/s", decimals: 3, measured: room.sentBitsPerSecond.map { $0 / 1e6 }),
            Figure(
                name: "in the call, peak resident", unit: "MB", goal: .atMost(70), measured: call.callPeakResident,
                peer: beside(baresip?.callPeakResident)),
            Figure(
                name: "idle, resident", unit: "MB", goal: .atMost(25), measured: call.idleResident,
                peer: beside(baresip?.idleResident)),
            Figure(
                name: "idle", unit: "% of a CPU", decimals: 3, goal: .atMost(0.05), measured: call.idleProcessor * 100,
                peer: beside(baresip.map { $0.idleProcessor * 100 })),
            Figure(
                name: "idle, wake-ups a second", goal: .atMost(2), measured: call.idleSwitches,
                peer: beside(baresip?.idleSwitches)),
            Figure(
                name: "INVITE to first video packet", unit: "ms", goal: .atMost(20), measured: call.firstVideoPacket,
                peer: beside(baresip?.firstVideoPacket), note: call.setUpNote),
            Figure(
                name: "INVITE to first decoded picture", unit: "ms", goal: .atMost(60),
                measured: call.firstDecodedPicture, peer: beside(baresip?.firstDecodedPicture),
                note: call.setUpNote),
            Figure(
                name: "encoder in to decoder out", unit: "ms", goal: .atMost(20), measured: room.encodeToDecode,
                note: "sum of the stages' medians"),
            Figure(
                name: "encoded to sent, median", unit: "ms", decimals: 2, goal: .atMost(2), measured: room.encodedToSent
            ),
            Figure(
                name: "decoded to screen, median", unit: "ms", goal: .atMost(1000.0 / 60),
                measured: room.decodedToScreen),
            Figure(name: "capture to encoded, median", unit: "ms", measured: room.captureToEncoded),
            Figure(name: "received to decoded, median", unit: "ms", measured: room.receivedToDecoded),
            Figure(name: "copies of a picture, camera to packets", measured: room.sendCopies),
            Figure(name: "copies of a picture, decoder to screen", measured: room.displayCopies),
            Figure(name: "start to listening", unit: "ms", goal: .atMost(50), measured: room.listening),
            Figure(name: "start to ready with all devices", unit: "ms", goal: .atMost(300), measured: room.ready),
        ]
    }

    static func figures(_ allocations: AllocationWatch?) -> [Figure] {
        [
            Figure(
                name: "allocations a second, camera to network, network to speaker, display", decimals: 1,
                goal: .atMost(0), measured: allocations?.hotPath, note: allocations?.note ?? "no counter was built"),
            Figure(
                name: "allocations a picture, decode thread", decimals: 1,
                measured: allocations?.byThread["video-decode"].map { $0 / 30 }, note: "libavcodec's own"),
        ]
    }

    static func threads(_ room: RoomBench) -> [Figure] {
        let alone: [String: KeyPath<BareCodecs, Double>] = [
            "video-encode": \.encoding, "video-decode": \.decoding, "microphone": \.soundEncoding,
            "speaker": \.soundDecoding, "camera": \.source,
        ]
        return room.call.byThread.filter { $0.processor > 0.0005 }.map { thread in
            let bare = alone[thread.name].flatMap { path in
                ScreenBench.median(room.bare.map { $0[keyPath: path] }.sorted())
            }
            return Figure(
                name: thread.name, unit: "ms of CPU/s", measured: thread.processor * 1000,
                peer: bare.map { ("its codec or source alone", $0 * 1000) })
        }
    }
}
