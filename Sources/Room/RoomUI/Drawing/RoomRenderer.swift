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
/// Surfaces lie in pages of their own: clear parts take no memory. A surface that came back is drawn into where it
/// differs, and only there. Confined to one actor or thread.
package final class RoomRenderer {
    private static let surfaceCount = 3

    package let mode: DisplayMode
    private let text: TextEngine
    private let memories: Surfaces
    private let pool: UserInterfacePool
    private var shown: [ScreenElement] = []
    /// What each surface holds, of all that was drawn into it.
    private var drawn: [[ScreenElement]]
    /// Slots that are ours now, as a bit mask.
    private var free: UInt64 = 0

    package init(mode: DisplayMode) throws(SystemError) {
        self.mode = mode
        text = TextEngine()
        drawn = Array(repeating: [], count: Self.surfaceCount)
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
        text.use(screen.facts.language)
        return ScreenComposer(screen, mode: mode) { [text] in text.width(of: $0, $1) }.elements
    }

    /// Renders `screen`; nil when it looks as before, or when all surfaces are still on the display's side (then ask
    /// again with the next change).
    package func render(_ screen: RoomScreen) -> RenderedInterface? {
        render(elements(for: screen), isMirrored: screen.facts.language.isRightToLeft)
    }

    /// The same for elements made before.
    package func render(_ elements: [ScreenElement], isMirrored: Bool = false) -> RenderedInterface? {
        free |= pool.collectReturned()
        let changes = Self.changes(from: shown, to: elements, within: mode.bounds)
        guard !changes.isEmpty, let index = nearest(to: elements) else { return nil }
        free &= ~(1 << UInt64(index))
        let occupied = Self.occupied(elements, within: mode.bounds)
        var damage = Self.changes(from: drawn[index], to: elements, within: mode.bounds)
        let isAnew = drawn[index].isEmpty || damage.area * 2 > occupied.area
        if isAnew {
            // Memory that only the page before needed goes back to the system.
            memories.discard(index)
            damage = occupied
        }
        pool.update(index) { surface in
            if let canvas = Canvas(
                base: surface.base, width: surface.width, height: surface.height, stride: surface.stride,
                isMirrored: isMirrored)
            {
                canvas.draw(elements, inside: damage, text, clearing: !isAnew)
            }
            surface.occupied = occupied
        }
        drawn[index] = elements
        shown = elements
        return RenderedInterface(surface: pool.lend(index), changes: changes)
    }

    /// The free surface that needs the least drawing.
    private func nearest(to elements: [ScreenElement]) -> Int? {
        (0..<Self.surfaceCount).filter { free & (1 << UInt64($0)) != 0 }.min { left, right in
            cost(of: left, for: elements) < cost(of: right, for: elements)
        }
    }

    private func cost(of index: Int, for elements: [ScreenElement]) -> Int {
        drawn[index].isEmpty
            ? mode.bounds.area : Self.changes(from: drawn[index], to: elements, within: mode.bounds).area
    }

    /// Forgets what was rendered, so that the next rendering is whole: after the display was opened anew.
    package func invalidate() { shown = [] }

    /// Gives the memory of surfaces that came back to the system. Worth it once nothing moves any more.
    package func trim() {
        free |= pool.collectReturned()
        for index in 0..<Self.surfaceCount where free & (1 << UInt64(index)) != 0 && !drawn[index].isEmpty {
            memories.discard(index)
            drawn[index] = []
        }
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
