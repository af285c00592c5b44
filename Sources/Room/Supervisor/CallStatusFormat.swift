import ControlProtocol
import H264Bitstream
import MediaPipelines
import MediaTypes
import RealtimeSupport

/// One call's streams as status shows them.
enum CallStatusFormat {
    static func video(
        _ pipelines: CallMediaSession.Running, _ rates: CallRates, _ tile: DisplayTileStatus?
    ) -> JSONValue {
        var status: [String: JSONValue] = [:]
        if let send = pipelines.videoSend {
            status["send"] = videoSend(send, rates, pipelines.network?.videoFarEnd.load())
        }
        if let receive = pipelines.videoReceive {
            status["receive"] = videoReceive(receive, rates, pipelines.network?.videoReport, tile)
        }
        return .object(status)
    }

    private static func videoSend(_ send: VideoSendPipeline, _ rates: CallRates, _ farEnd: FarEndReport?) -> JSONValue {
        let figures = send.statistics
        let counts = send.stream.counts
        var status: [String: JSONValue] = [
            "target_bps": JSONValue(send.bitrate.value),
            "bps": JSONValue((rates.videoSendBytes.perSecond * 8).rounded()),
            "fps": JSONValue((rates.videoSendFrames.perSecond * 10).rounded() / 10),
            "packets": JSONValue(counts.packets), "refused_packets": JSONValue(counts.refused),
            "frames": JSONValue(figures.encodedFrames.value), "key_frames": JSONValue(figures.keyFrames.value),
            "slate": JSONValue(figures.showsSlate), "slate_frames": JSONValue(figures.slateFrames.value),
            "skipped_frames": JSONValue(figures.skippedFrames.value + send.inbox.dropped),
            "queue_depth": JSONValue(send.inbox.depth),
            "encoder": StatusFormat.codec(figures.encoderCapabilities),
            "encoder_restarts": JSONValue(figures.encoderRestarts.value),
            "capture_to_encoder_ms": StatusFormat.latency(figures.captureToEncoder),
            "encode_ms": StatusFormat.latency(figures.encode),
            "capture_to_encoded_ms": StatusFormat.latency(figures.captureToEncoded),
            "encoded_to_sent_ms": StatusFormat.latency(figures.encodedToSent),
        ]
        if let running = figures.encoderConfiguration {
            status["width"] = JSONValue(running.format.width)
            status["height"] = JSONValue(running.format.height)
            status["profile_level_id"] = JSONValue(ProfileLevelID(code: running.profileLevelID).text)
        }
        let captured = figures.capturedFrames.value
        let copies = captured == 0 ? 0 : Double(figures.copiedFrames.value) / Double(captured)
        status["copies_per_frame"] = JSONValue(
            copies + Double(figures.encoderCapabilities?.copiesPerFrame ?? 0))
        status["far_end"] = Self.farEnd(farEnd)
        return .object(status)
    }

    private static func videoReceive(
        _ receive: VideoReceivePipeline, _ rates: CallRates, _ reception: StreamReceptionReport?,
        _ tile: DisplayTileStatus?
    ) -> JSONValue {
        let figures = receive.statistics
        let size = figures.pictureSize
        var status: [String: JSONValue] = [
            "bps": JSONValue((rates.videoReceiveBytes.perSecond * 8).rounded()),
            "fps": JSONValue((rates.videoReceiveFrames.perSecond * 10).rounded() / 10),
            "width": JSONValue(size.width), "height": JSONValue(size.height),
            "frames": JSONValue(figures.decodedFrames.value), "access_units": JSONValue(figures.accessUnits.value),
            "key_frames": JSONValue(figures.keyFrames.value), "damaged": JSONValue(figures.damagedUnits.value),
            "undecoded": JSONValue(figures.undecodedUnits.value), "dropped": JSONValue(figures.droppedUnits.value),
            "malformed_packets": JSONValue(figures.malformedPackets.value),
            "key_frame_requests": JSONValue(figures.keyFrameRequests.value),
            "queue_depth": JSONValue(receive.depth),
            "decoder": StatusFormat.codec(figures.decoderCapabilities),
            "decoder_restarts": JSONValue(figures.decoderRestarts.value),
            "decode_ms": StatusFormat.latency(figures.decode),
            "received_to_decoded_ms": StatusFormat.latency(figures.receivedToDecoded),
            "held_for_lip_sync_ms": StatusFormat.latency(figures.held),
            "lip_sync_skew_ms": JSONValue(
                optional: figures.lipSyncSkew.map { StatusFormat.milliseconds(nanoseconds: $0) }),
        ]
        if let tile {
            status["decoded_to_screen_ms"] = StatusFormat.latency(tile.readyToScreen)
            status["capture_to_screen_ms"] = StatusFormat.latency(tile.captureToScreen)
            status["frames_shown"] = JSONValue(tile.framesShown)
            status["frames_not_shown"] = JSONValue(tile.framesDropped + tile.framesRefused)
            status["on_overlay_plane"] = JSONValue(tile.isOnOverlay)
        }
        status["network"] = Self.reception(reception)
        return .object(status)
    }

    static func audio(_ pipelines: CallMediaSession.Running, _ rates: CallRates) -> JSONValue {
        var status: [String: JSONValue] = [:]
        if let send = pipelines.audioSend {
            status["send"] = [
                "codec": JSONValue(send.codecName), "bps": JSONValue((rates.audioSendBytes.perSecond * 8).rounded()),
                "packets": JSONValue(send.stream.counts.packets),
                "captured_to_sent_ms": StatusFormat.latency(send.latency),
                "far_end": farEnd(pipelines.network?.audioFarEnd.load()),
            ]
        }
        if let receive = pipelines.audioReceive {
            let report = receive.report
            status["receive"] = [
                "codec": JSONValue(receive.codecName),
                "bps": JSONValue((rates.audioReceiveBytes.perSecond * 8).rounded()),
                "concealed_ms": JSONValue(Int(report.concealedBlocks) * 10),
                "empty_ms": JSONValue(Int(report.emptyBlocks) * 10),
                "late_packets": JSONValue(report.latePackets), "dropped_packets": JSONValue(report.droppedPackets),
                "discarded_ms": JSONValue(report.discardedMilliseconds),
                "queue_ms": JSONValue(Double(report.queuedFrames) / 48),
                "queue_target_ms": JSONValue(Double(report.targetFrames) / 48),
                "drift_ppm": JSONValue(report.driftPartsPerMillion), "peak": JSONValue(report.peak),
                "network": reception(pipelines.network?.audioReport),
            ]
        }
        return .object(status)
    }

    private static func reception(_ report: StreamReceptionReport?) -> JSONValue {
        guard let report, report.isKnown else { return .null }
        return [
            "packets": JSONValue(report.packets), "lost": JSONValue(report.lost),
            "jitter_ms": StatusFormat.milliseconds(nanoseconds: report.jitterNanoseconds),
            "malformed": JSONValue(report.malformed), "from_strangers": JSONValue(report.strangers),
        ]
    }

    private static func farEnd(_ report: FarEndReport?) -> JSONValue {
        guard let report, report.isKnown else { return .null }
        return [
            "lost": JSONValue(report.cumulativeLost),
            "lost_percent": JSONValue((Double(report.fractionLost) / 2.56 * 10).rounded() / 10),
            "jitter_ms": StatusFormat.milliseconds(nanoseconds: report.jitterNanoseconds),
            "round_trip_ms": report.roundTripNanoseconds < 0
                ? .null : StatusFormat.milliseconds(nanoseconds: report.roundTripNanoseconds),
        ]
    }
}
