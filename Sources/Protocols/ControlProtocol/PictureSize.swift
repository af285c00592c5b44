/// Width and height in pixels as settings write them: `1280x720`.
package struct PictureSize: Sendable, Hashable, CustomStringConvertible {
    package let width: Int
    package let height: Int

    /// 1280×720.
    package static let hd720 = PictureSize(checkedWidth: 1280, checkedHeight: 720)

    private init(checkedWidth: Int, checkedHeight: Int) {
        width = checkedWidth
        height = checkedHeight
    }

    /// Nil outside 32×32 to 4096×2304 and for odd numbers, which no 4:2:0 picture has.
    package init?(width: Int, height: Int) {
        guard (32...4096).contains(width), (32...2304).contains(height), width % 2 == 0, height % 2 == 0 else {
            return nil
        }
        self.init(checkedWidth: width, checkedHeight: height)
    }

    /// Reads `WIDTHxHEIGHT`; `X` and `×` do as well.
    package init?(parsing text: String) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "X" || $0 == "×" }
        guard parts.count == 2, let first = parts.first, let last = parts.last,
            let width = Int(first), let height = Int(last)
        else { return nil }
        self.init(width: width, height: height)
    }

    package var description: String { "\(width)x\(height)" }
}
