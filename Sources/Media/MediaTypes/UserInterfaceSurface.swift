package import RealtimeSupport

/// The user interface's layer over the video: a picture of the whole screen in ARGB8888, premultiplied.
///
/// A slot of a `UserInterfacePool`; read-only for all but the room, which renders it.
package struct UserInterfaceSurface: @unchecked Sendable {
    // @unchecked: a pointer into the pool's buffer, which the pool's reference count guards.

    package var base: UnsafeMutableRawPointer
    /// Pixels.
    package var width: Int
    package var height: Int
    /// Bytes from one row to the next.
    package var stride: Int
    /// Outside of these rectangles every pixel is clear, so that nobody looks there.
    package var occupied: Region

    package init(base: UnsafeMutableRawPointer, width: Int, height: Int, stride: Int, occupied: Region = Region()) {
        self.base = base
        self.width = width
        self.height = height
        self.stride = stride
        self.occupied = occupied
    }
}

/// Two surfaces that room and display take turns with.
package typealias UserInterfacePool = SharedSlotPool<UserInterfaceSurface>

/// A rendered surface on its way to the screen.
package typealias UserInterfaceHandle = SlotHandle<UserInterfaceSurface>
