import LinuxSystem
import MediaTypes
import PictureSupport
import RealtimeSupport
import Testing

@testable import SyntheticDevices

extension VideoSource {
    /// The next picture; throws when none comes within two seconds.
    func picture(wake: BorrowedDescriptor = BorrowedDescriptor(rawValue: -1)) throws -> FrameHandle {
        switch try nextFrame(wake: wake, timeout: 2_000_000_000) {
        case .frame(let handle): return handle
        default: throw NothingThere()
        }
    }

    /// What came, in a word.
    func event(wake: BorrowedDescriptor, timeout: Int64) throws -> String {
        switch try nextFrame(wake: wake, timeout: timeout) {
        case .frame: "frame"
        case .damaged: "damaged"
        case .woken: "woken"
        case .timedOut: "timed out"
        }
    }
}

func mark(_ frame: borrowing FrameHandle) -> UInt32? {
    let picture = frame.value
    guard let base = picture.planes.0.base?.assumingMemoryBound(to: UInt8.self) else { return nil }
    return FrameCounterMark.read(
        luma: base, stride: picture.planes.0.stride, width: picture.format.width, height: picture.format.height)
}

func isLampOn(_ frame: borrowing FrameHandle) -> Bool {
    let picture = frame.value
    guard let base = picture.planes.0.base?.assumingMemoryBound(to: UInt8.self) else { return false }
    return LampMark.isOn(
        luma: base, stride: picture.planes.0.stride, width: picture.format.width, height: picture.format.height)
}

@Suite("Synthetic camera")
struct SyntheticCameraTests {
    @Test("The first picture is there at once, the others follow the beat, each with its number")
    func pace() throws {
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(100))
        try camera.start()
        let started = MonotonicTime.now
        let first = try camera.picture()
        #expect(MonotonicTime.now - started < 100_000_000)
        let origin = first.value.captureTime
        for _ in 0..<20 {
            let frame = try camera.picture()
            let number = frame.value.sequence
            #expect(frame.value.captureTime - origin == Int64(number) * 10_000_000)
            #expect(frame.value.readyTime >= frame.value.captureTime)
            #expect(mark(frame) == UInt32(number))
        }
    }

    @Test("A picture that is held is not drawn over, and those for which there is no room are skipped")
    func heldPictures() throws {
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(200), buffers: 2)
        try camera.start()
        let first = try camera.picture()
        let second = try camera.picture()
        let wake = BorrowedDescriptor(rawValue: -1)
        #expect(try camera.event(wake: wake, timeout: 50_000_000) == "timed out")
        #expect(mark(first) == UInt32(first.value.sequence))
        #expect(mark(second) == UInt32(second.value.sequence))
        let last = second.value.sequence
        _ = consume first
        let third = try camera.picture()
        #expect(third.value.sequence > last + 5)
    }

    @Test("A picture outlives the camera's stream")
    func outlives() throws {
        let camera = try SyntheticCamera(width: 320, height: 180)
        try camera.start()
        let frame = try camera.picture()
        camera.stop()
        #expect(mark(frame) == 0)
    }

    @Test("Waking ends the wait")
    func wakes() throws {
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(1))
        let bell = try Doorbell()
        try camera.start()
        _ = try camera.picture()
        bell.ring()
        #expect(try camera.event(wake: bell.descriptor, timeout: 5_000_000_000) == "woken")
    }

    @Test("Unplugged it is gone, and plugged in again it can be started again; stalled it says nothing")
    func faults() throws {
        let faults = try SyntheticFaults()
        let bell = try Doorbell()
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(100), faults: faults)
        try camera.start()
        _ = try camera.picture()
        faults.stall()
        #expect(try camera.event(wake: bell.descriptor, timeout: 60_000_000) == "timed out")
        faults.resume()
        _ = try camera.picture()
        faults.unplug()
        let error = #expect(throws: DeviceError.self) { _ = try camera.picture() }
        #expect(error?.kind == .gone)
        #expect(throws: DeviceError.self) { try camera.start() }
        faults.plugIn()
        try camera.start()
        _ = try camera.picture()
    }

    @Test("A camera that waits is told at once when it is unplugged")
    func unplugWakes() throws {
        let faults = try SyntheticFaults()
        let unplugger = try MediaThread(name: "unplugger")
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(1), faults: faults)
        try camera.start()
        _ = try camera.picture()
        let before = MonotonicTime.now
        try unplugger.start { _ in faults.unplug() }
        #expect(throws: DeviceError.self) {
            try camera.event(wake: BorrowedDescriptor(rawValue: -1), timeout: 900_000_000)
        }
        #expect(MonotonicTime.now - before < 800_000_000)
        unplugger.stopAndJoin()
    }

    @Test("The lamp is on for as long as the schedule says, beginning with a picture")
    func lamp() throws {
        let flash = FlashSchedule(period: .milliseconds(200), duration: .milliseconds(40))
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(100), flash: flash)
        try camera.start()
        var on = 0
        for _ in 0..<60 {
            let frame = try camera.picture()
            #expect(isLampOn(frame) == flash.isOn(at: frame.value.captureTime))
            if isLampOn(frame) { on += 1 }
        }
        #expect((9...15).contains(on))
    }

    @Test(
        "Impossible sizes and rates are refused",
        arguments: [(641, 360, 30), (32, 32, 30), (8000, 360, 30), (640, 360, 1000)])
    func refusals(width: Int, height: Int, rate: Int) {
        #expect(throws: DeviceError.self) {
            try SyntheticCamera(width: width, height: height, frameRate: FrameRate(rate))
        }
    }

    @Test("A control changes the light, while it runs")
    func brightness() throws {
        let camera = try SyntheticCamera(width: 320, height: 180, frameRate: FrameRate(100))
        func light(_ frame: borrowing FrameHandle) -> Int {
            let bytes = frame.value.planes.0.bytes
            return (0..<64).reduce(0) { $0 + Int(bytes[320 * 100 + 250 + $1]) } / 64
        }
        try camera.start()
        let before = try camera.picture()
        try camera.setControl("brightness", to: 40)
        let after = try camera.picture()
        #expect((38...42).contains(light(after) - light(before)))
        #expect(mark(after) == UInt32(after.value.sequence))
        #expect(camera.controls().map(\.value) == [40, 0, 0, 100])
        #expect(throws: DeviceError.self) { try camera.setControl("brightness", to: 51) }
        #expect(throws: DeviceError.self) { try camera.setControl("zoom", to: 1) }
    }

    @Test("Pan, tilt and zoom show a part of the scene, with the number in its place")
    func view() throws {
        let camera = try SyntheticCamera(width: 640, height: 360, frameRate: FrameRate(100))
        try camera.start()
        /// Where the colour bars, an eighth of the scene each, change from the first to the second.
        func edge(_ frame: borrowing FrameHandle) -> Int? {
            let bytes = frame.value.planes.0.bytes
            let row = 40 * 640
            return (1..<639).first { Int(bytes[row + $0 - 1]) - Int(bytes[row + $0 + 1]) > 6 }
        }
        let whole = try camera.picture()
        #expect(edge(whole).map { (78...81).contains($0) } == true)
        try camera.setControl("zoom", to: 200)
        try camera.setControl("pan", to: -100)
        try camera.setControl("tilt", to: 100)
        let near = try camera.picture()
        // The upper left quarter, twice as large.
        #expect(edge(near).map { (156...163).contains($0) } == true)
        #expect(mark(near) == UInt32(near.value.sequence))
        try camera.setControl("pan", to: 0)
        try camera.setControl("zoom", to: 100)
        try camera.setControl("tilt", to: 0)
        let again = try camera.picture()
        #expect(edge(again) == edge(whole))
        #expect(mark(again) == UInt32(again.value.sequence))
        #expect(throws: DeviceError.self) { try camera.setControl("pan", to: 101) }
        #expect(throws: DeviceError.self) { try camera.setControl("zoom", to: 99) }
        #expect(camera.controls().map(\.identifier) == ["brightness", "pan", "tilt", "zoom"])
    }

    @Test("Something moves everywhere that it should, and the wall stands still but for its noise")
    func motion() throws {
        let pictures = SyntheticPictures(width: 640, height: 360)
        let first = try present(pictures.draw(number: 0, seconds: 0))
        let later = try present(pictures.draw(number: 15, seconds: 0.5))
        func difference(left: Int, top: Int) throws -> Int {
            let one = try #require(first.value.planes.0.base).assumingMemoryBound(to: UInt8.self)
            let other = try #require(later.value.planes.0.base).assumingMemoryBound(to: UInt8.self)
            var sum = 0
            for row in top..<(top + 16) {
                for column in left..<(left + 16) {
                    sum += abs(Int(one[row * 640 + column]) - Int(other[row * 640 + column]))
                }
            }
            return sum
        }
        #expect(try difference(left: 320, top: 250) > 256 * 4)
        #expect(try difference(left: 320, top: 342) > 256 * 4)
        #expect((50...256).contains(try difference(left: 20, top: 250)))
    }
}
