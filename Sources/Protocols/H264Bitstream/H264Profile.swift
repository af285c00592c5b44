/// A class of bitstreams that one decoder handles (ITU-T H.264 annex A, as RFC 6184 Table 5 groups them).
package enum H264Profile: String, CaseIterable, Hashable, Sendable {
    case constrainedBaseline
    case baseline
    case main
    case extended
    /// High without interlaced tools (constraint_set4_flag).
    case progressiveHigh
    /// Progressive high without B slices (constraint_set4_flag and constraint_set5_flag).
    case constrainedHigh
    case high
    case high10
    case high422
    case high444Predictive
    case high10Intra
    case high422Intra
    case high444Intra
    case cavlc444Intra

    /// True for the profiles whose level tables allow 1.25 times the bitrate or more (H.264 Table A-2).
    package var isHighFamily: Bool {
        switch self {
        case .constrainedBaseline, .baseline, .main, .extended: false
        default: true
        }
    }
}
