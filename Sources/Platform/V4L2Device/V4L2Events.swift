import CV4L2
package import LinuxSystem

/// What a driver reports beside its buffers (VIDIOC_DQEVENT).
package enum V4L2Event: Sendable, Equatable {
    /// The picture size of the stream or signal is another one now.
    case resolutionChanged
    /// All of a drain has come out.
    case endOfStream
    case other
}

extension V4L2Node {
    /// Asks for news of the source's picture size; false when the driver has none.
    @discardableResult
    package func subscribeToSourceChanges() -> Bool { subscribe(UInt32(truncatingIfNeeded: V4L2_EVENT_SOURCE_CHANGE)) }

    /// Asks for the end of a drain; false when the driver has no such event.
    @discardableResult
    package func subscribeToEndOfStream() -> Bool { subscribe(UInt32(truncatingIfNeeded: V4L2_EVENT_EOS)) }

    private func subscribe(_ type: UInt32) -> Bool {
        var raw = v4l2_event_subscription()
        raw.type = type
        return borrowed.ioctlStatus(cv4l2_subscribe_event, &raw) == 0
    }

    /// The next event; nil when there is none.
    package func nextEvent() -> V4L2Event? {
        var raw = v4l2_event()
        guard borrowed.ioctlStatus(cv4l2_dqevent, &raw) == 0 else { return nil }
        if raw.type == UInt32(truncatingIfNeeded: V4L2_EVENT_EOS) { return .endOfStream }
        if raw.type == UInt32(truncatingIfNeeded: V4L2_EVENT_SOURCE_CHANGE) {
            let resolution = UInt32(truncatingIfNeeded: V4L2_EVENT_SRC_CH_RESOLUTION)
            return cv4l2_event_changes(&raw) & resolution != 0 ? .resolutionChanged : .other
        }
        return .other
    }

    /// Asks an encoder to finish what it has and to mark the last buffer (V4L2_ENC_CMD_STOP).
    package func stopEncoder() throws(SystemError) { try encoderCommand(V4L2_ENC_CMD_STOP) }

    private func encoderCommand(_ command: some BinaryInteger) throws(SystemError) {
        var raw = v4l2_encoder_cmd()
        raw.cmd = UInt32(truncatingIfNeeded: command)
        try borrowed.ioctl(cv4l2_encoder_cmd, named: "VIDIOC_ENCODER_CMD", &raw)
    }

    /// Asks a decoder to finish what it has and to mark the last buffer (V4L2_DEC_CMD_STOP).
    package func stopDecoder() throws(SystemError) { try decoderCommand(V4L2_DEC_CMD_STOP) }

    private func decoderCommand(_ command: some BinaryInteger) throws(SystemError) {
        var raw = v4l2_decoder_cmd()
        raw.cmd = UInt32(truncatingIfNeeded: command)
        try borrowed.ioctl(cv4l2_decoder_cmd, named: "VIDIOC_DECODER_CMD", &raw)
    }
}
