import CV4L2

extension V4L2ControlID {
    /// Makes an encoder's next picture a key frame.
    package static let forceKeyFrame = V4L2ControlID(V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME)
    /// Bits a second.
    package static let bitrate = V4L2ControlID(V4L2_CID_MPEG_VIDEO_BITRATE)
    package static let bitrateMode = V4L2ControlID(V4L2_CID_MPEG_VIDEO_BITRATE_MODE)
    /// Whether the quantiser of each picture follows the rate.
    package static let frameRateControl = V4L2ControlID(V4L2_CID_MPEG_VIDEO_FRAME_RC_ENABLE)
    /// Pictures from key frame to key frame.
    package static let gopSize = V4L2ControlID(V4L2_CID_MPEG_VIDEO_GOP_SIZE)
    /// The same, as some drivers have it.
    package static let intraPeriod = V4L2ControlID(V4L2_CID_MPEG_VIDEO_H264_I_PERIOD)
    package static let bidirectionalFrames = V4L2ControlID(V4L2_CID_MPEG_VIDEO_B_FRAMES)
    package static let repeatHeaders = V4L2ControlID(V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER)
    package static let headerMode = V4L2ControlID(V4L2_CID_MPEG_VIDEO_HEADER_MODE)
    package static let accessUnitDelimiter = V4L2ControlID(V4L2_CID_MPEG_VIDEO_AU_DELIMITER)
    package static let h264Profile = V4L2ControlID(V4L2_CID_MPEG_VIDEO_H264_PROFILE)
    package static let h264Level = V4L2ControlID(V4L2_CID_MPEG_VIDEO_H264_LEVEL)
    package static let sliceMode = V4L2ControlID(V4L2_CID_MPEG_VIDEO_MULTI_SLICE_MODE)
    package static let sliceBytes = V4L2ControlID(V4L2_CID_MPEG_VIDEO_MULTI_SLICE_MAX_BYTES)
    /// Raw pictures that an encoder must have before it gives any out.
    package static let minimumOutputBuffers = V4L2ControlID(V4L2_CID_MIN_BUFFERS_FOR_OUTPUT)
    /// Pictures that a decoder keeps for itself.
    package static let minimumCaptureBuffers = V4L2ControlID(V4L2_CID_MIN_BUFFERS_FOR_CAPTURE)
}

/// The values of the encoder controls that are menus.
package enum V4L2CodecValue {
    package static let constantBitrate = Int(V4L2_MPEG_VIDEO_BITRATE_MODE_CBR.rawValue)
    package static let headersWithFirstFrame = Int(V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME.rawValue)
    package static let singleSlice = Int(V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_SINGLE.rawValue)
    package static let slicesByBytes = Int(V4L2_MPEG_VIDEO_MULTI_SLICE_MODE_MAX_BYTES.rawValue)

    package static let constrainedBaseline = Int(V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE.rawValue)
    package static let baseline = Int(V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE.rawValue)
    package static let main = Int(V4L2_MPEG_VIDEO_H264_PROFILE_MAIN.rawValue)
    package static let high = Int(V4L2_MPEG_VIDEO_H264_PROFILE_HIGH.rawValue)
    package static let constrainedHigh = Int(V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_HIGH.rawValue)

    /// The menu's value for a level_idc, 9 standing for level 1b; nil for one that V4L2 does not know.
    package static func level(_ levelIDC: UInt8) -> Int? {
        let level: v4l2_mpeg_video_h264_level? =
            switch levelIDC {
            case 9: V4L2_MPEG_VIDEO_H264_LEVEL_1B
            case 10: V4L2_MPEG_VIDEO_H264_LEVEL_1_0
            case 11: V4L2_MPEG_VIDEO_H264_LEVEL_1_1
            case 12: V4L2_MPEG_VIDEO_H264_LEVEL_1_2
            case 13: V4L2_MPEG_VIDEO_H264_LEVEL_1_3
            case 20: V4L2_MPEG_VIDEO_H264_LEVEL_2_0
            case 21: V4L2_MPEG_VIDEO_H264_LEVEL_2_1
            case 22: V4L2_MPEG_VIDEO_H264_LEVEL_2_2
            case 30: V4L2_MPEG_VIDEO_H264_LEVEL_3_0
            case 31: V4L2_MPEG_VIDEO_H264_LEVEL_3_1
            case 32: V4L2_MPEG_VIDEO_H264_LEVEL_3_2
            case 40: V4L2_MPEG_VIDEO_H264_LEVEL_4_0
            case 41: V4L2_MPEG_VIDEO_H264_LEVEL_4_1
            case 42: V4L2_MPEG_VIDEO_H264_LEVEL_4_2
            case 50: V4L2_MPEG_VIDEO_H264_LEVEL_5_0
            case 51: V4L2_MPEG_VIDEO_H264_LEVEL_5_1
            case 52: V4L2_MPEG_VIDEO_H264_LEVEL_5_2
            case 60: V4L2_MPEG_VIDEO_H264_LEVEL_6_0
            case 61: V4L2_MPEG_VIDEO_H264_LEVEL_6_1
            case 62: V4L2_MPEG_VIDEO_H264_LEVEL_6_2
            default: nil
            }
        return level.map { Int($0.rawValue) }
    }
}
