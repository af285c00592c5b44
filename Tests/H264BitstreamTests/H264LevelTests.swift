import H264Bitstream
import Testing

struct H264LevelTests {
    @Test("The lowest level that allows a size, a rate and a bitrate")
    func minimum() {
        #expect(H264Level.minimum(width: 176, height: 144, frameRate: 15, bitrate: 64_000) == .level1)
        #expect(H264Level.minimum(width: 176, height: 144, frameRate: 15, bitrate: 128_000) == .level1b)
        #expect(H264Level.minimum(width: 352, height: 288, frameRate: 30, bitrate: 768_000) == .level1point3)
        #expect(H264Level.minimum(width: 640, height: 480, frameRate: 30, bitrate: 1_000_000) == .level3)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: 1_500_000) == .level3point1)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: 60, bitrate: 3_000_000) == .level3point2)
        #expect(H264Level.minimum(width: 1920, height: 1080, frameRate: 30, bitrate: 4_000_000) == .level4)
        #expect(H264Level.minimum(width: 1920, height: 1080, frameRate: 30, bitrate: 30_000_000) == .level4point1)
        #expect(H264Level.minimum(width: 1920, height: 1080, frameRate: 60, bitrate: 8_000_000) == .level4point2)
        #expect(H264Level.minimum(width: 3840, height: 2160, frameRate: 30, bitrate: 0) == .level5point1)
    }

    @Test("Reference frames and long narrow pictures raise the level")
    func otherLimits() {
        let four = H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: 0, referenceFrames: 5)
        #expect(four == .level3point1)
        let six = H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: 0, referenceFrames: 6)
        #expect(six == .level4)
        // 1 macroblock high and 100 wide: the side is limited as well as the area.
        #expect(H264Level.minimum(width: 1600, height: 16, frameRate: 1, bitrate: 0) == .level2point2)
    }

    @Test("The High profile carries a quarter more bits at the same level")
    func highProfile() {
        let rate = 17_000_000
        #expect(
            H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: rate, profile: .high) == .level3point1)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: rate) == .level3point2)
    }

    @Test("Nonsense has no level, and does not trap")
    func nonsense() {
        #expect(H264Level.minimum(width: 0, height: 720, frameRate: 30, bitrate: 0) == nil)
        #expect(H264Level.minimum(width: .max, height: .max, frameRate: 30, bitrate: 0) == nil)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: .nan, bitrate: 0) == nil)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: .infinity, bitrate: 0) == nil)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: .max) == nil)
        #expect(H264Level.minimum(width: 1280, height: 720, frameRate: 30, bitrate: -1) == nil)
    }

    @Test("Limits never shrink from one level to the next")
    func monotonic() {
        for (lower, higher) in zip(H264Level.allCases, H264Level.allCases.dropFirst()) {
            #expect(lower < higher)
            #expect(lower.limits.macroblocksPerSecond <= higher.limits.macroblocksPerSecond)
            #expect(lower.limits.frameMacroblocks <= higher.limits.frameMacroblocks)
            #expect(lower.limits.bufferMacroblocks <= higher.limits.bufferMacroblocks)
            if lower != .level1b { #expect(lower.limits.bitsPerSecond <= higher.limits.bitsPerSecond) }
        }
    }
}
