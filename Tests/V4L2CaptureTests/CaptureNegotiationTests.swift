import MediaTypes
import Testing
import V4L2Capture
import V4L2Device

@Suite("Capture negotiation")
struct CaptureNegotiationTests {
    private func size(_ width: Int, _ height: Int, of offered: [V4L2FrameSize]) -> [Int] {
        let size = CaptureNegotiation.size(wanted: (width, height), offered: offered)
        return [size.width, size.height]
    }

    @Test("the wanted size is taken where it is offered")
    func exactSize() {
        let offered: [V4L2FrameSize] = [
            .discrete(width: 640, height: 480), .discrete(width: 1280, height: 720),
            .discrete(width: 1920, height: 1080),
        ]
        #expect(size(1280, 720, of: offered) == [1280, 720])
    }

    @Test("without it, the largest that exceeds it in neither direction and has its shape")
    func smallerOfSameShape() {
        let offered: [V4L2FrameSize] = [
            .discrete(width: 320, height: 180), .discrete(width: 960, height: 720), .discrete(width: 1024, height: 576),
            .discrete(width: 1920, height: 1080),
        ]
        #expect(size(1280, 720, of: offered) == [1024, 576])
    }

    @Test("a thumbnail of the right shape loses against a larger picture of another shape")
    func noThumbnail() {
        let offered: [V4L2FrameSize] = [.discrete(width: 160, height: 90), .discrete(width: 640, height: 480)]
        #expect(size(1280, 720, of: offered) == [640, 480])
    }

    @Test("the smallest is taken when all exceed what is wanted")
    func onlyLarger() {
        let offered: [V4L2FrameSize] = [.discrete(width: 3840, height: 2160), .discrete(width: 1920, height: 1080)]
        #expect(size(1280, 720, of: offered) == [1920, 1080])
    }

    @Test("stepwise and continuous sizes give the nearest from below, within their limits")
    func stepwise() {
        let steps = V4L2FrameSize.stepwise(
            width: V4L2Range(640, 4096, step: 64), height: V4L2Range(360, 2160, step: 8))
        #expect(size(1920, 1080, of: [steps]) == [1920, 1080])
        #expect(size(1930, 1085, of: [steps]) == [1920, 1080])
        let continuous = V4L2FrameSize.stepwise(width: V4L2Range(16, 1280), height: V4L2Range(16, 960))
        #expect(size(1280, 720, of: [continuous]) == [1280, 720])
        #expect(size(1920, 1080, of: [continuous]) == [1280, 960])
        #expect(size(8, 8, of: [continuous]) == [16, 16])
    }

    @Test("a driver that lists no sizes is asked for the wanted one")
    func silentDriver() {
        #expect(size(1280, 720, of: []) == [1280, 720])
    }

    @Test("the rate is the slowest that suffices, and 29.97 suffices for 30")
    func rates() {
        let offered: [V4L2FrameInterval] = [
            .discrete(numerator: 1, denominator: 60), .discrete(numerator: 1001, denominator: 30000),
            .discrete(numerator: 1, denominator: 15), .discrete(numerator: 0, denominator: 0),
        ]
        #expect(CaptureNegotiation.rate(wanted: FrameRate(30), offered: offered) == FrameRate(30000, 1001))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(25), offered: offered) == FrameRate(30000, 1001))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(50), offered: offered) == FrameRate(60))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(120), offered: offered) == FrameRate(60))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(30), offered: []) == nil)
    }

    @Test("a continuous rate is taken as wanted, within its limits")
    func continuousRate() {
        let between = V4L2FrameInterval.between(shortest: (1, 60), longest: (1, 5))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(30), offered: [between]) == FrameRate(30))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(90), offered: [between]) == FrameRate(60))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(1), offered: [between]) == FrameRate(5))
        let broken = V4L2FrameInterval.between(shortest: (0, 0), longest: (0, 0))
        #expect(CaptureNegotiation.rate(wanted: FrameRate(30), offered: [broken]) == nil)
    }

    @Test("a webcam whose YUYV is too slow at the wanted size gives MJPEG")
    func slowUncompressed() {
        let wanted = CaptureRequest(width: 1920, height: 1080, frameRate: FrameRate(30))
        let slow = CaptureMode(format: .yuyv, width: 1920, height: 1080, frameRate: FrameRate(5))
        let fast = CaptureMode(format: .mjpeg, width: 1920, height: 1080, frameRate: FrameRate(30))
        #expect(CaptureNegotiation.best(of: [slow, fast], wanted: wanted) == fast)
    }

    @Test("among equals the better liked format wins, and an untold rate counts as sufficient")
    func preference() {
        let wanted = CaptureRequest(width: 1280, height: 720, frameRate: FrameRate(30))
        let first = CaptureMode(format: .nv12, width: 1280, height: 720, frameRate: nil)
        let second = CaptureMode(format: .yuyv, width: 1280, height: 720, frameRate: FrameRate(30))
        #expect(CaptureNegotiation.best(of: [first, second], wanted: wanted) == first)
        #expect(CaptureNegotiation.best(of: [], wanted: wanted) == nil)
    }

    @Test("a smaller picture loses against a format that has the whole")
    func wholePicture() {
        let wanted = CaptureRequest(width: 1920, height: 1080, frameRate: FrameRate(30))
        let small = CaptureMode(format: .nv12, width: 1280, height: 720, frameRate: FrameRate(30))
        let whole = CaptureMode(format: .mjpeg, width: 1920, height: 1080, frameRate: FrameRate(30))
        #expect(CaptureNegotiation.best(of: [small, whole], wanted: wanted) == whole)
    }
}
