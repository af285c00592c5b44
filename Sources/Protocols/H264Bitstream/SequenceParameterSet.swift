/// What a sequence parameter set says about a stream (ITU-T H.264 §7.3.2.1.1 and annex E).
package struct SequenceParameterSet: Equatable, Sendable {
    /// Profile, constraint flags and level, as in SDP.
    package private(set) var profileLevelID: ProfileLevelID
    /// seq_parameter_set_id, 0...31.
    package private(set) var identifier: Int
    /// chroma_format_idc: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    package private(set) var chromaFormat = 1
    package private(set) var lumaBitDepth = 8
    package private(set) var chromaBitDepth = 8
    /// max_num_ref_frames: frames that the decoder keeps for reference.
    package private(set) var referenceFrames = 0
    /// False when the stream may hold fields or macroblock pairs.
    package private(set) var isProgressive = true
    /// Luma samples in a line as coded, a multiple of 16.
    package private(set) var codedWidth = 0
    /// Luma lines as coded, a multiple of 16 (of 32 with fields).
    package private(set) var codedHeight = 0
    /// Luma samples cut off at each side.
    package private(set) var crop = Crop()
    /// The video usability information; nil when the encoder sent none.
    package private(set) var usability: VideoUsability?

    /// Luma samples to leave out at each side of the coded picture.
    package struct Crop: Equatable, Sendable {
        package var left = 0
        package var right = 0
        package var top = 0
        package var bottom = 0
    }

    /// Luma samples in a line of the picture to show.
    package var width: Int { codedWidth - crop.left - crop.right }

    /// Luma lines of the picture to show.
    package var height: Int { codedHeight - crop.top - crop.bottom }

    /// Frames a second, from the VUI's timing; nil when it says nothing.
    package var frameRate: Double? { usability?.frameRate }

    /// The frames that a decoder holds back for reordering: 0 means that each frame can be shown at once.
    ///
    /// Nil when the VUI does not tell: a decoder that keeps to the standard must then assume a full buffer, unless
    /// the profile has no B slices.
    package var reorderFrames: Int? {
        if let reorder = usability?.restriction?.reorderFrames { return reorder }
        switch profileLevelID.profile {
        case .constrainedBaseline, .baseline, .constrainedHigh, .high10Intra, .high422Intra, .high444Intra,
            .cavlc444Intra:
            return 0
        default:
            return nil
        }
    }

    /// Reads one NAL unit, beginning with its header byte and without start code.
    package init(nalUnit: UnsafeRawBufferPointer) throws(H264BitstreamError) {
        guard let header = nalUnit.first.map(NALUnitHeader.init) else { throw .truncated(element: "nal_unit_type") }
        guard header.type == .sequenceParameterSet else { throw .wrongType(header.type) }
        var reader = RBSPBitReader(nalUnit: nalUnit)
        let profileIDC = UInt8(try reader.bits(8, "profile_idc"))
        let constraints = UInt8(try reader.bits(8, "constraint_set_flags"))
        let levelIDC = UInt8(try reader.bits(8, "level_idc"))
        profileLevelID = ProfileLevelID(profileIDC: profileIDC, constraintFlags: constraints, levelIDC: levelIDC)
        identifier = try reader.unsignedGolomb("seq_parameter_set_id", atMost: 31)

        var separatePlanes = false
        if SequenceParameterSet.profilesWithChroma.contains(profileIDC) {
            chromaFormat = try reader.unsignedGolomb("chroma_format_idc", atMost: 3)
            if chromaFormat == 3 { separatePlanes = try reader.flag("separate_colour_plane_flag") }
            lumaBitDepth = 8 + (try reader.unsignedGolomb("bit_depth_luma_minus8", atMost: 6))
            chromaBitDepth = 8 + (try reader.unsignedGolomb("bit_depth_chroma_minus8", atMost: 6))
            _ = try reader.flag("qpprime_y_zero_transform_bypass_flag")
            if try reader.flag("seq_scaling_matrix_present_flag") {
                try SequenceParameterSet.skipScalingLists(chromaFormat == 3 ? 12 : 8, &reader)
            }
        }
        try SequenceParameterSet.skipOrderCount(&reader)
        referenceFrames = try reader.unsignedGolomb("max_num_ref_frames", atMost: 16)
        _ = try reader.flag("gaps_in_frame_num_value_allowed_flag")
        try readSize(separatePlanes: separatePlanes, &reader)
        if try reader.flag("vui_parameters_present_flag") {
            usability = try VideoUsability(&reader)
        }
    }

    /// The profiles that carry chroma_format_idc and what follows it.
    private static let profilesWithChroma: [UInt8] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]

    /// 16384 samples a side: twice the longest side of level 6.2, so that no product overflows.
    private static let maximumUnits: UInt32 = 1023

    private mutating func readSize(
        separatePlanes: Bool, _ reader: inout RBSPBitReader
    ) throws(H264BitstreamError) {
        let limit = SequenceParameterSet.maximumUnits
        let columns = 1 + (try reader.unsignedGolomb("pic_width_in_mbs_minus1", atMost: limit))
        let mapRows = 1 + (try reader.unsignedGolomb("pic_height_in_map_units_minus1", atMost: limit))
        isProgressive = try reader.flag("frame_mbs_only_flag")
        if !isProgressive { _ = try reader.flag("mb_adaptive_frame_field_flag") }
        _ = try reader.flag("direct_8x8_inference_flag")
        codedWidth = columns * 16
        codedHeight = mapRows * 16 * (isProgressive ? 1 : 2)
        guard try reader.flag("frame_cropping_flag") else { return }
        // Crop units (equations 7-19 to 7-22): chroma samples across, and two lines for one with fields.
        let isSubsampled = !separatePlanes
        let unitX = isSubsampled && (chromaFormat == 1 || chromaFormat == 2) ? 2 : 1
        let unitY = (isSubsampled && chromaFormat == 1 ? 2 : 1) * (isProgressive ? 1 : 2)
        crop.left = unitX * (try reader.unsignedGolomb("frame_crop_left_offset", atMost: 1 << 16))
        crop.right = unitX * (try reader.unsignedGolomb("frame_crop_right_offset", atMost: 1 << 16))
        crop.top = unitY * (try reader.unsignedGolomb("frame_crop_top_offset", atMost: 1 << 16))
        crop.bottom = unitY * (try reader.unsignedGolomb("frame_crop_bottom_offset", atMost: 1 << 16))
        guard width > 0, height > 0 else { throw .outOfRange(element: "frame_crop_offsets") }
    }

    private static func skipScalingLists(
        _ count: Int, _ reader: inout RBSPBitReader
    ) throws(H264BitstreamError) {
        for list in 0..<count {
            guard try reader.flag("seq_scaling_list_present_flag") else { continue }
            var last: Int64 = 8
            for _ in 0..<(list < 6 ? 16 : 64) {
                let delta = try reader.signedGolomb("delta_scale")
                guard (-128...127).contains(delta) else { throw .outOfRange(element: "delta_scale") }
                let next = (last + delta + 256) % 256
                // A zero means: the rest of the list repeats what was last, and no more is coded.
                if next == 0 { break }
                last = next
            }
        }
    }

    private static func skipOrderCount(_ reader: inout RBSPBitReader) throws(H264BitstreamError) {
        _ = try reader.unsignedGolomb("log2_max_frame_num_minus4", atMost: 12)
        switch try reader.unsignedGolomb("pic_order_cnt_type", atMost: 2) {
        case 0:
            _ = try reader.unsignedGolomb("log2_max_pic_order_cnt_lsb_minus4", atMost: 12)
        case 1:
            _ = try reader.flag("delta_pic_order_always_zero_flag")
            _ = try reader.signedGolomb("offset_for_non_ref_pic")
            _ = try reader.signedGolomb("offset_for_top_to_bottom_field")
            let count = try reader.unsignedGolomb("num_ref_frames_in_pic_order_cnt_cycle", atMost: 255)
            for _ in 0..<count { _ = try reader.signedGolomb("offset_for_ref_frame") }
        default:
            break
        }
    }
}
