import Composition
import MediaTypes
import LinuxSystem
import RealtimeSupport

/// What the room puts on its own screen beside the pictures, and the slate that others see without a camera.
final class ScreenPresenter: Sendable {
    private let name: Guarded<String>
    private let slates = Guarded<[VideoFormat: FramePool]>([:])

    init(roomName: String) { name = Guarded(roomName) }

    var roomName: String {
        get { name.get() }
        set { name.set(newValue) }
    }

    var backdrop: Backdrop {
        Backdrop(top: ScreenColour(red: 16, green: 24, blue: 40), bottom: ScreenColour(red: 6, green: 9, blue: 16))
    }

    func resize(to mode: DisplayMode) {}

    /// A picture for the far end while there is no camera. Any thread.
    var slate: @Sendable (VideoFormat) -> FrameHandle? {
        { [slates] format in
            var pools = slates.get()
            if pools[format] == nil {
                let memory = (0..<3).map { _ in PictureMemory(format) }
                for picture in memory { picture.clear(luma: 40) }
                pools[format] = FramePool(memory.map(\.frame), owner: Memory(memory))
                slates.set(pools)
            }
            guard let pool = pools[format], let slot = pool.takeReturned() else { return nil }
            pool.update(slot) {
                $0.captureTime = .now
                $0.readyTime = .now
            }
            return pool.lend(slot)
        }
    }

    private final class Memory: Sendable {
        let pictures: [PictureMemory]
        init(_ pictures: [PictureMemory]) { self.pictures = pictures }
    }
}
