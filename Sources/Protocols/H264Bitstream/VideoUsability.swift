/// The video usability information of a sequence parameter set (ITU-T H.264 §E.1.1).
package struct VideoUsability: Equatable, Sendable {
    /// Width and height of one luma sample, if given and not zero.
    package private(set) var sampleAspectRatio: SampleAspectRatio?
    /// True when luma uses 0...255 instead of 16...235.
    package private(set) var isFullRange = false
    /// colour_primaries; 2 is unspecified (Table E-3).
    package private(set) var colourPrimaries: UInt8 = 2
    /// transfer_characteristics; 2 is unspecified (Table E-4).
    package private(set) var transferCharacteristics: UInt8 = 2
    /// matrix_coefficients; 2 is unspecified (Table E-5).
    package private(set) var matrixCoefficients: UInt8 = 2
    /// num_units_in_tick and time_scale; a frame lasts two ticks.
    package private(set) var timing: Timing?
    /// What the stream promises not to need; nil when it promises nothing.
    package private(set) var restriction: Restriction?

    package struct SampleAspectRatio: Equatable, Sendable {
        package let width: Int
        package let height: Int
    }

    package struct Timing: Equatable, Sendable {
        package let unitsInTick: UInt32
        package let timeScale: UInt32
        /// True when the frame rate does not change.
        package let isFixed: Bool
    }

    /// bitstream_restriction_flag and what follows it.
    package struct Restriction: Equatable, Sendable {
        /// max_num_reorder_frames: 0 when frames come in the order in which they are shown.
        package let reorderFrames: Int
        /// max_dec_frame_buffering.
        package let bufferedFrames: Int
    }

    /// Frames a second; nil without timing or with a zero in it.
    package var frameRate: Double? {
        guard let timing, timing.unitsInTick > 0, timing.timeScale > 0 else { return nil }
        return Double(timing.timeScale) / (2 * Double(timing.unitsInTick))
    }

    init(_ reader: inout RBSPBitReader) throws(H264BitstreamError) {
        if try reader.flag("aspect_ratio_info_present_flag") {
            sampleAspectRatio = try VideoUsability.readAspectRatio(&reader)
        }
        if try reader.flag("overscan_info_present_flag") { _ = try reader.flag("overscan_appropriate_flag") }
        if try reader.flag("video_signal_type_present_flag") {
            _ = try reader.bits(3, "video_format")
            isFullRange = try reader.flag("video_full_range_flag")
            if try reader.flag("colour_description_present_flag") {
                colourPrimaries = UInt8(truncatingIfNeeded: try reader.bits(8, "colour_primaries"))
                transferCharacteristics = UInt8(truncatingIfNeeded: try reader.bits(8, "transfer_characteristics"))
                matrixCoefficients = UInt8(truncatingIfNeeded: try reader.bits(8, "matrix_coefficients"))
            }
        }
        if try reader.flag("chroma_loc_info_present_flag") {
            _ = try reader.unsignedGolomb("chroma_sample_loc_type_top_field", atMost: 5)
            _ = try reader.unsignedGolomb("chroma_sample_loc_type_bottom_field", atMost: 5)
        }
        if try reader.flag("timing_info_present_flag") {
            timing = Timing(
                unitsInTick: try reader.bits(32, "num_units_in_tick"), timeScale: try reader.bits(32, "time_scale"),
                isFixed: try reader.flag("fixed_frame_rate_flag"))
        }
        let hasNAL = try reader.flag("nal_hrd_parameters_present_flag")
        if hasNAL { try VideoUsability.skipReferenceDecoder(&reader) }
        let hasVCL = try reader.flag("vcl_hrd_parameters_present_flag")
        if hasVCL { try VideoUsability.skipReferenceDecoder(&reader) }
        if hasNAL || hasVCL { _ = try reader.flag("low_delay_hrd_flag") }
        _ = try reader.flag("pic_struct_present_flag")
        if try reader.flag("bitstream_restriction_flag") {
            restriction = try VideoUsability.readRestriction(&reader)
        }
    }

    private static func readRestriction(_ reader: inout RBSPBitReader) throws(H264BitstreamError) -> Restriction {
        _ = try reader.flag("motion_vectors_over_pic_boundaries_flag")
        _ = try reader.unsignedGolomb("max_bytes_per_pic_denom", atMost: 16)
        _ = try reader.unsignedGolomb("max_bits_per_mb_denom", atMost: 16)
        _ = try reader.unsignedGolomb("log2_max_mv_length_horizontal", atMost: 16)
        _ = try reader.unsignedGolomb("log2_max_mv_length_vertical", atMost: 16)
        let reorder = try reader.unsignedGolomb("max_num_reorder_frames", atMost: 16)
        let buffered = try reader.unsignedGolomb("max_dec_frame_buffering", atMost: 16)
        return Restriction(reorderFrames: reorder, bufferedFrames: buffered)
    }

    private static func readAspectRatio(
        _ reader: inout RBSPBitReader
    ) throws(H264BitstreamError) -> SampleAspectRatio? {
        let index = Int(try reader.bits(8, "aspect_ratio_idc"))
        if index == 255 {
            let width = Int(try reader.bits(16, "sar_width"))
            let height = Int(try reader.bits(16, "sar_height"))
            return width > 0 && height > 0 ? SampleAspectRatio(width: width, height: height) : nil
        }
        guard index >= 1, index <= knownRatios.count else { return nil }
        return SampleAspectRatio(width: knownRatios[index - 1].0, height: knownRatios[index - 1].1)
    }

    /// Table E-1, from aspect_ratio_idc 1 on.
    private static let knownRatios: [(Int, Int)] = [
        (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11), (15, 11),
        (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
    ]

    private static func skipReferenceDecoder(_ reader: inout RBSPBitReader) throws(H264BitstreamError) {
        let count = 1 + (try reader.unsignedGolomb("cpb_cnt_minus1", atMost: 31))
        _ = try reader.bits(4, "bit_rate_scale")
        _ = try reader.bits(4, "cpb_size_scale")
        for _ in 0..<count {
            _ = try reader.unsignedGolomb("bit_rate_value_minus1")
            _ = try reader.unsignedGolomb("cpb_size_value_minus1")
            _ = try reader.flag("cbr_flag")
        }
        _ = try reader.bits(5, "initial_cpb_removal_delay_length_minus1")
        _ = try reader.bits(5, "cpb_removal_delay_length_minus1")
        _ = try reader.bits(5, "dpb_output_delay_length_minus1")
        _ = try reader.bits(5, "time_offset_length")
    }
}
