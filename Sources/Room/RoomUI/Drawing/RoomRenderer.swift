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
    /// What the display was given last; nil when that is not known.
    private var shown: [ScreenElement]?
    /// Whether the last rendering was put off since all surfaces were on the display's side.
    package private(set) var isWaiting = false
    /// What each surface holds, of all that was drawn into it.
    private var drawn: [[ScreenElement]]
    /// Slots that are ours now, as a bit mask.
    private var free: UInt64 = 0

    package init(mode: DisplayMode) throws(SystemError) {
        self.mode = mode
        text = TextEngine()
        drawn = Array(repeating: [], count: Self.surfaceCount)
        let stride = (mode.width * 4 + 63) & ~63
        let memories = try Surfaces(count: Self.surfaceCount, stride: stride, height: mode.height)
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
    /// again: `isWaiting`).
    package func render(_ screen: RoomScreen) -> RenderedInterface? {
        render(elements(for: screen), isMirrored: screen.facts.language.isRightToLeft)
    }

    /// The same for elements made before.
    package func render(_ elements: [ScreenElement], isMirrored: Bool = false) -> RenderedInterface? {
        free |= pool.collectReturned()
        let changes =
            shown.map { Self.changes(from: $0, to: elements, within: mode.bounds) } ?? Region(mode.bounds)
        isWaiting = false
        guard !changes.isEmpty else { return nil }
        guard let index = nearest(to: elements) else {
            isWaiting = true
            return nil
        }
        free &= ~(1 << UInt64(index))
        let occupied = Self.occupied(elements, within: mode.bounds)
        // What was there is cleared, not given back to the system: to get its pages again takes longer than drawing.
        let isAnew = drawn[index].isEmpty
        let damage = isAnew ? occupied : Self.changes(from: drawn[index], to: elements, within: mode.bounds)
        memories.populate(index, damage)
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
    package func invalidate() { shown = nil }

    /// Gives memory back to the system: all of surfaces that came back, and what is clear of the one that is shown.
    /// Worth it once nothing moves any more, and never where memory is kept (`keepsFreedMemory`).
    package func trim() {
        if keepsFreedMemory { return }
        free |= pool.collectReturned()
        for index in 0..<Self.surfaceCount where !drawn[index].isEmpty {
            if free & (1 << UInt64(index)) != 0 {
                memories.discard(index)
                drawn[index] = []
            } else {
                memories.discard(index, outside: Self.occupied(drawn[index], within: mode.bounds))
            }
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
        private static let page = 4096
        private let byteCount: Int
        private let stride: Int

        init(count: Int, stride: Int, height: Int) throws(SystemError) {
            let pages = (stride * height + Self.page - 1) & ~(Self.page - 1)
            byteCount = pages
            self.stride = stride
            memory = try AnonymousMemory(byteCount: pages * count)
        }

        func base(_ index: Int) -> UnsafeMutableRawPointer { memory.pointer(at: index * byteCount) }
        func discard(_ index: Int) { memory.discard(from: index * byteCount, byteCount: byteCount) }

        /// Gets all pages of `region` at once: while a call begins its codecs wait for each of them otherwise.
        func populate(_ index: Int, _ region: Region) {
            forEachRun(of: pages(of: region), where: true) { first, count in
                memory.populate(from: index * byteCount + first * Self.page, byteCount: count * Self.page)
            }
        }

        /// Gives back the pages in which nothing is drawn, which `populate` may have got. Whoever reads them meanwhile
        /// finds them clear, before and after.
        func discard(_ index: Int, outside occupied: Region) {
            var isDrawn = pages(of: occupied)
            let start = index * byteCount
            for page in isDrawn.indices where isDrawn[page] {
                isDrawn[page] = !memory.isZero(from: start + page * Self.page, byteCount: Self.page)
            }
            forEachRun(of: isDrawn, where: false) { first, count in
                memory.discard(from: start + first * Self.page, byteCount: count * Self.page)
            }
        }

        /// For each page of a surface whether something of `region` lies in it.
        private func pages(of region: Region) -> [Bool] {
            var isUsed = [Bool](repeating: false, count: byteCount / Self.page)
            for number in 0..<region.count {
                let rect = region[number]
                for row in rect.y..<rect.bottom {
                    let first = (row * stride + rect.x * 4) / Self.page
                    let last = (row * stride + rect.right * 4 - 1) / Self.page
                    for page in first...max(first, last) where page < isUsed.count { isUsed[page] = true }
                }
            }
            return isUsed
        }

        /// The longest runs of pages that are `value`: the first and how many.
        private func forEachRun(of pages: [Bool], where value: Bool, _ body: (Int, Int) -> Void) {
            var start: Int?
            for page in 0...pages.count {
                if page < pages.count, pages[page] == value {
                    start = start ?? page
                } else if let first = start {
                    body(first, page - first)
                    start = nil
                }
            }
        }
    }
}
