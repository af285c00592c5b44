/// A level of ITU-T H.264 with its limits (Table A-1), in growing order.
package enum H264Level: Int, CaseIterable, Comparable, Hashable, Sendable {
    case level1
    case level1b
    case level1point1
    case level1point2
    case level1point3
    case level2
    case level2point1
    case level2point2
    case level3
    case level3point1
    case level3point2
    case level4
    case level4point1
    case level4point2
    case level5
    case level5point1
    case level5point2
    case level6
    case level6point1
    case level6point2

    /// What a decoder of a level can do at most (ITU-T H.264 Table A-1).
    package struct Limits: Hashable, Sendable {
        /// MaxMBPS: macroblocks of 16 × 16 a second.
        package var macroblocksPerSecond: Int
        /// MaxFS: macroblocks in a frame.
        package var frameMacroblocks: Int
        /// MaxDpbMbs: macroblocks in the decoded picture buffer.
        package var bufferMacroblocks: Int
        /// MaxBR for Baseline, Main and Extended VCL data, in bits a second.
        package var bitsPerSecond: Int
        /// MaxCPB for Baseline, Main and Extended VCL data, in bits.
        package var bufferBits: Int

        package init(
            macroblocksPerSecond: Int, frameMacroblocks: Int, bufferMacroblocks: Int, bitsPerSecond: Int,
            bufferBits: Int
        ) {
            self.macroblocksPerSecond = macroblocksPerSecond
            self.frameMacroblocks = frameMacroblocks
            self.bufferMacroblocks = bufferMacroblocks
            self.bitsPerSecond = bitsPerSecond
            self.bufferBits = bufferBits
        }
    }

    /// level_idc; 9 for level 1b as the High profiles write it. `ProfileLevelID` knows the other spelling.
    package var levelIDC: UInt8 {
        switch self {
        case .level1: 10
        case .level1b: 9
        case .level1point1: 11
        case .level1point2: 12
        case .level1point3: 13
        case .level2: 20
        case .level2point1: 21
        case .level2point2: 22
        case .level3: 30
        case .level3point1: 31
        case .level3point2: 32
        case .level4: 40
        case .level4point1: 41
        case .level4point2: 42
        case .level5: 50
        case .level5point1: 51
        case .level5point2: 52
        case .level6: 60
        case .level6point1: 61
        case .level6point2: 62
        }
    }

    /// Nil for a level_idc that the standard does not know.
    package init?(levelIDC: UInt8) {
        guard let level = H264Level.allCases.first(where: { $0.levelIDC == levelIDC }) else { return nil }
        self = level
    }

    package static func < (left: H264Level, right: H264Level) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The row of Table A-1.
    package var limits: Limits {
        switch self {
        case .level1: Limits(1_485, 99, 396, 64, 175)
        case .level1b: Limits(1_485, 99, 396, 128, 350)
        case .level1point1: Limits(3_000, 396, 900, 192, 500)
        case .level1point2: Limits(6_000, 396, 2_376, 384, 1_000)
        case .level1point3: Limits(11_880, 396, 2_376, 768, 2_000)
        case .level2: Limits(11_880, 396, 2_376, 2_000, 2_000)
        case .level2point1: Limits(19_800, 792, 4_752, 4_000, 4_000)
        case .level2point2: Limits(20_250, 1_620, 8_100, 4_000, 4_000)
        case .level3: Limits(40_500, 1_620, 8_100, 10_000, 10_000)
        case .level3point1: Limits(108_000, 3_600, 18_000, 14_000, 14_000)
        case .level3point2: Limits(216_000, 5_120, 20_480, 20_000, 20_000)
        case .level4: Limits(245_760, 8_192, 32_768, 20_000, 25_000)
        case .level4point1: Limits(245_760, 8_192, 32_768, 50_000, 62_500)
        case .level4point2: Limits(522_240, 8_704, 34_816, 50_000, 62_500)
        case .level5: Limits(589_824, 22_080, 110_400, 135_000, 135_000)
        case .level5point1: Limits(983_040, 36_864, 184_320, 240_000, 240_000)
        case .level5point2: Limits(2_073_600, 36_864, 184_320, 240_000, 240_000)
        case .level6: Limits(4_177_920, 139_264, 696_320, 240_000, 240_000)
        case .level6point1: Limits(8_355_840, 139_264, 696_320, 480_000, 480_000)
        case .level6point2: Limits(16_711_680, 139_264, 696_320, 800_000, 800_000)
        }
    }

    /// The lowest level that allows a stream; nil when none does or a number makes no sense.
    ///
    /// - Parameters:
    ///   - width: luma samples in a line.
    ///   - height: luma lines.
    ///   - frameRate: frames a second.
    ///   - bitrate: the highest bits a second of the video itself; 0 when unknown.
    ///   - referenceFrames: frames that the decoder must keep.
    ///   - profile: the High profiles allow 1.25 times the bitrate and more (Table A-2).
    package static func minimum(
        width: Int, height: Int, frameRate: Double, bitrate: Int, referenceFrames: Int = 1,
        profile: H264Profile = .constrainedBaseline
    ) -> H264Level? {
        allCases.first { level in
            level.limits.allow(
                width: width, height: height, frameRate: frameRate, bitrate: bitrate,
                referenceFrames: referenceFrames, profile: profile)
        }
    }
}

extension H264Level.Limits {
    fileprivate init(
        _ macroblocksPerSecond: Int, _ frameMacroblocks: Int, _ bufferMacroblocks: Int, _ kilobits: Int,
        _ bufferKilobits: Int
    ) {
        self.init(
            macroblocksPerSecond: macroblocksPerSecond, frameMacroblocks: frameMacroblocks,
            bufferMacroblocks: bufferMacroblocks, bitsPerSecond: kilobits * 1000, bufferBits: bufferKilobits * 1000)
    }

    /// True when a stream stays inside these limits (ITU-T H.264 §A.3.1 and §A.3.2).
    package func allow(
        width: Int, height: Int, frameRate: Double, bitrate: Int = 0, referenceFrames: Int = 1,
        profile: H264Profile = .constrainedBaseline
    ) -> Bool {
        guard width > 0, height > 0, width <= 1 << 16, height <= 1 << 16, frameRate >= 0, bitrate >= 0,
            referenceFrames >= 0, referenceFrames <= 16
        else { return false }
        let columns = (width + 15) / 16
        let rows = (height + 15) / 16
        let size = columns * rows
        // No side may be longer than the root of eight times the frame size.
        guard size <= frameMacroblocks, columns * columns <= 8 * frameMacroblocks, rows * rows <= 8 * frameMacroblocks
        else { return false }
        guard Double(size) * frameRate <= Double(macroblocksPerSecond) else { return false }
        guard size * referenceFrames <= bufferMacroblocks else { return false }
        let (quarters, overflow) = bitrate.multipliedReportingOverflow(by: 4)
        return !overflow && quarters <= bitsPerSecond * H264Level.Limits.rateQuarters(of: profile)
    }

    /// cpbBrVclFactor over 1000, in quarters (Table A-2).
    private static func rateQuarters(of profile: H264Profile) -> Int {
        switch profile {
        case .constrainedBaseline, .baseline, .main, .extended: 4
        case .progressiveHigh, .constrainedHigh, .high: 5
        case .high10, .high10Intra: 12
        case .high422, .high422Intra, .high444Predictive, .high444Intra, .cavlc444Intra: 16
        }
    }
}
