import LinuxSystem
import MediaTypes
import Testing
import V4L2Codec
import V4L2Device

@Suite("Raw input of an encoder")
struct RawInputTests {
    private let layout = RawLayout(stride: 1280, secondOffset: 1280 * 720)
    private let copying = RawInput(memory: .mapped, stride: 1280, matrix: .bt709, isFullRange: false)
    private let importing = RawInput(memory: .imported, stride: 1280, matrix: .bt709, isFullRange: false)

    private func next(
        _ policy: inout RawInputPolicy, _ layout: RawLayout?, _ current: RawInput, spare: Int = 5,
        isFirst: Bool = false,
        matrix: ColourMatrix = .bt709
    ) -> RawInput {
        policy.input(
            for: layout, matrix: matrix, isFullRange: false, spare: spare, needed: 3, isFirst: isFirst, width: 1280,
            current: current)
    }

    @Test("the first picture decides: imported where it can be, copied where it cannot")
    func first() {
        var policy = RawInputPolicy(allowsImport: true)
        #expect(next(&policy, layout, copying, isFirst: true) == importing)
        #expect(next(&policy, nil, importing, isFirst: true) == copying)
        var wide = importing
        wide.stride = 1344
        #expect(next(&policy, RawLayout(stride: 1344, secondOffset: 1344 * 720), importing) == wide)
    }

    @Test("a picture that cannot be imported is copied at once; imports begin again after a second of importable ones")
    func patience() {
        var policy = RawInputPolicy(allowsImport: true)
        #expect(next(&policy, nil, importing) == copying)
        for _ in 0..<RawInputPolicy.patience { #expect(next(&policy, layout, copying) == copying) }
        #expect(next(&policy, layout, copying) == importing)
        // One other picture in between begins the wait anew.
        for _ in 0..<RawInputPolicy.patience { _ = next(&policy, layout, copying) }
        _ = next(&policy, nil, copying)
        #expect(next(&policy, layout, copying) == copying)
    }

    @Test("nothing is imported from a producer that cannot spare the frames, or when the driver or the board says no")
    func refused() {
        var policy = RawInputPolicy(allowsImport: true)
        #expect(next(&policy, layout, importing, spare: 2) == copying)
        policy.refuse(layout)
        #expect(next(&policy, layout, copying, isFirst: true) == copying)
        #expect(next(&policy, RawLayout(stride: 1536, secondOffset: 1), copying, isFirst: true).memory == .imported)
        var forbidden = RawInputPolicy(allowsImport: false)
        #expect(next(&forbidden, layout, copying, isFirst: true) == copying)
    }

    @Test("other colours are another input")
    func colours() {
        var policy = RawInputPolicy(allowsImport: true)
        var other = importing
        other.matrix = .bt601
        #expect(next(&policy, layout, importing, matrix: .bt601) == other)
    }

    @Test("a frame's layout is that of its DMABUFs, and there is none without them")
    func frames() {
        func frame(_ planes: (FramePlane, FramePlane, FramePlane)) -> VideoFrame {
            VideoFrame(format: VideoFormat(.nv12, width: 1280, height: 720), planes: planes)
        }
        func plane(_ descriptor: Int32?, _ offset: Int) -> FramePlane {
            FramePlane(
                base: nil, stride: 1280, byteCount: 1, dmabuf: descriptor.map { BorrowedDescriptor(rawValue: $0) },
                dmabufOffset: offset)
        }
        #expect(RawLayout(frame((plane(5, 0), plane(5, 1280 * 720), .none))) == layout)
        #expect(RawLayout(frame((plane(5, 0), plane(6, 0), .none))) == RawLayout(stride: 1280, memoryPlanes: 2))
        #expect(RawLayout(frame((plane(5, 0), plane(6, 64), .none))) == nil)
        #expect(RawLayout(frame((plane(5, 64), plane(5, 1280 * 720 + 64), .none))) == nil)
        #expect(RawLayout(frame((plane(5, 0), plane(nil, 0), .none))) == nil)
        #expect(RawLayout(frame((plane(nil, 0), plane(nil, 0), .none))) == nil)
        let format = V4L2Format(
            .nv12, width: 1280, height: 736, planes: [V4L2PlaneLayout(stride: 1280, byteCount: 1280 * 736 * 3 / 2)])
        #expect(RawLayout(format) == RawLayout(stride: 1280, secondOffset: 1280 * 736))
        #expect(RawLayout(format) != layout, "aligned lines put the chroma elsewhere")
    }
}
