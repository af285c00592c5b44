/// Which screen to use, as the board file and udev say.
package struct KMSDisplayConfiguration: Sendable, Equatable {
    /// The card's node, found by driver or udev property.
    package var card: String
    /// Such as "HDMI-A-1"; nil: the first one that something is plugged into.
    package var connector: String?
    /// Wanted size; nil: the screen's own favourite.
    package var width: Int?
    package var height: Int?
    /// Wanted rate; the nearest one of that size is taken.
    package var refreshMillihertz: Int?
    /// 2 or 3. With 3 a picture is painted while one is on its way to the screen.
    package var bufferCount: Int
    /// False keeps overlay planes unused (a quirk of the board).
    package var usesOverlays: Bool

    package init(
        card: String, connector: String? = nil, width: Int? = nil, height: Int? = nil, refreshMillihertz: Int? = nil,
        bufferCount: Int = 3, usesOverlays: Bool = true
    ) {
        self.card = card
        self.connector = connector
        self.width = width
        self.height = height
        self.refreshMillihertz = refreshMillihertz
        self.bufferCount = min(max(bufferCount, 2), 3)
        self.usesOverlays = usesOverlays
    }
}
