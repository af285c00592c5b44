import Composition
package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// A rendered screen on its way to the display.
package struct RenderedInterface: ~Copyable {
    package let surface: UserInterfaceHandle
    /// What differs from the surface that was rendered before.
    package let changes: Region

    /// The surface without its changes.
    package consuming func takeSurface() -> UserInterfaceHandle { surface }
}

/// Renders the room's state into surfaces for one size of screen.
///
/// Surfaces lie in pages of their own: clear parts take no memory, and a surface that came back is emptied with the
/// next rendering. Confined to one actor or thread.
package final class RoomRenderer {
    private static let surfaceCount = 3

    package let mode: DisplayMode
    private let text: TextEngine
    private let memories: Surfaces
    private let pool: UserInterfacePool
    private var shown: [ScreenElement] = []
    /// Slots that are ours now, as a bit mask.
    private var free: UInt64 = 0

    package init(mode: DisplayMode) throws(SystemError) {
        self.mode = mode
        text = TextEngine()
        let stride = (mode.width * 4 + 63) & ~63
        let memories = try Surfaces(count: Self.surfaceCount, byteCount: stride * mode.height)
        self.memories = memories
        pool = UserInterfacePool(
            (0..<Self.surfaceCount).map {
                UserInterfaceSurface(
                    base: memories.base($0), width: mode.width, height: mode.height, stride: stride)
            }, owner: memories)
    }

    /// The elements that `screen` shows at this size.
    package func elements(for screen: RoomScreen) -> [ScreenElement] {
        ScreenComposer(mode: mode) { [text] in text.width(of: $0, $1) }.elements(for: screen)
    }

    /// Renders `screen`; nil when it looks as before, or when all surfaces are still on the display's side (then ask
    /// again with the next change).
    package func render(_ screen: RoomScreen) -> RenderedInterface? {
        reclaim()
        let elements = elements(for: screen)
        let changes = Self.changes(from: shown, to: elements, within: mode.bounds)
        guard !changes.isEmpty, free != 0 else { return nil }
        let index = free.trailingZeroBitCount
        free &= ~(1 << UInt64(index))
        let occupied = Self.occupied(elements, within: mode.bounds)
        pool.update(index) { surface in
            if let canvas = Canvas(
                base: surface.base, width: surface.width, height: surface.height, stride: surface.stride)
            {
                canvas.draw(elements, inside: occupied, text)
            }
            surface.occupied = occupied
        }
        shown = elements
        return RenderedInterface(surface: pool.lend(index), changes: changes)
    }

    /// Forgets what was rendered, so that the next rendering is whole: after the display was opened anew.
    package func invalidate() { shown = [] }

    /// Empties surfaces that came back and gives their memory to the system.
    package func reclaim() {
        let returned = pool.collectReturned()
        for index in 0..<Self.surfaceCount where returned & (1 << UInt64(index)) != 0 { memories.discard(index) }
        free |= returned
    }

    /// Where two screens differ.
    package static func changes(
        from old: [ScreenElement], to new: [ScreenElement], within bounds: Rect
    ) -> Region {
        var region = Region()
        for element in old where !new.contains(element) { region.add(element.bounds.intersection(bounds)) }
        for element in new where !old.contains(element) { region.add(element.bounds.intersection(bounds)) }
        return region
    }

    private static func occupied(_ elements: [ScreenElement], within bounds: Rect) -> Region {
        var region = Region()
        for element in elements { region.add(element.bounds.intersection(bounds)) }
        return region
    }

    private final class Surfaces: Sendable {
        private let memory: AnonymousMemory
        private let byteCount: Int

        init(count: Int, byteCount: Int) throws(SystemError) {
            let pages = (byteCount + 4095) & ~4095
            self.byteCount = pages
            memory = try AnonymousMemory(byteCount: pages * count)
        }

        func base(_ index: Int) -> UnsafeMutableRawPointer { memory.pointer(at: index * byteCount) }
        func discard(_ index: Int) { memory.discard(from: index * byteCount, byteCount: byteCount) }
    }
}
