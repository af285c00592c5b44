import MediaTypes
import Testing

@testable import KMSDisplay

@Suite("Choice of a screen's mode")
struct KMSModeChoiceTests {
    private func offer(
        _ width: Int, _ height: Int, _ refresh: Int, preferred: Bool = false, interlaced: Bool = false
    ) -> KMSModeOffer {
        KMSModeOffer(
            mode: DisplayMode(width: width, height: height, refreshMillihertz: refresh), isPreferred: preferred,
            isInterlaced: interlaced)
    }

    private var television: [KMSModeOffer] {
        [
            offer(1920, 1080, 60000, interlaced: true), offer(3840, 2160, 30000, preferred: true),
            offer(3840, 2160, 60000), offer(1920, 1080, 59940), offer(1920, 1080, 50000), offer(1280, 720, 60000),
        ]
    }

    private func choose(_ width: Int?, _ height: Int?, _ refresh: Int?) -> KMSModeOffer? {
        KMSModeChoice.choose(from: television, width: width, height: height, refreshMillihertz: refresh)
            .map { television[$0] }
    }

    @Test("Without a wish the screen's favourite is taken")
    func favourite() {
        #expect(choose(nil, nil, nil) == television[1])
        #expect(KMSModeChoice.choose(from: [], width: nil, height: nil, refreshMillihertz: nil) == nil)
        let plain = [offer(800, 600, 60000), offer(640, 480, 60000)]
        #expect(KMSModeChoice.choose(from: plain, width: nil, height: nil, refreshMillihertz: nil) == 0)
    }

    @Test("The board's size is taken in the nearest rate, and never interlaced")
    func sized() {
        #expect(choose(1920, 1080, nil) == television[3])
        #expect(choose(1920, 1080, 60000) == television[3])
        #expect(choose(1920, 1080, 50000) == television[4])
        #expect(choose(1280, nil, nil) == television[5])
    }

    @Test("A size that the screen lacks gives its favourite, a rate alone applies to the favourite's size")
    func missing() {
        #expect(choose(1024, 768, nil) == television[1])
        #expect(choose(1024, 768, 60000) == television[2])
        #expect(choose(nil, nil, 60000) == television[2])
    }

    @Test("Interlaced modes are better than none")
    func interlacedOnly() {
        let old = [offer(1920, 1080, 60000, interlaced: true)]
        #expect(KMSModeChoice.choose(from: old, width: 1920, height: 1080, refreshMillihertz: nil) == 0)
    }
}
