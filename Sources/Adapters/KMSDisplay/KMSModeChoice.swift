import MediaTypes

/// A mode that a connector offers.
struct KMSModeOffer: Equatable {
    var mode: DisplayMode
    /// Marked by the screen as its own (EDID).
    var isPreferred: Bool
    var isInterlaced: Bool
}

/// Chooses among a screen's modes. Pure.
enum KMSModeChoice {
    /// The position of the mode to use; nil when the screen offers none.
    ///
    /// The board's size if the screen has it, then the screen's favourite, then its first; interlaced ones only when
    /// there is nothing else. Of one size the rate nearest to the board's, or the screen's first.
    static func choose(
        from offers: [KMSModeOffer], width: Int?, height: Int?, refreshMillihertz: Int?
    ) -> Int? {
        var candidates = Array(offers.indices)
        if candidates.contains(where: { !offers[$0].isInterlaced }) {
            candidates.removeAll { offers[$0].isInterlaced }
        }
        let favourite = candidates.first { offers[$0].isPreferred } ?? candidates.first
        var sized = candidates.filter { index in
            let mode = offers[index].mode
            return (width == nil || mode.width == width) && (height == nil || mode.height == height)
        }
        guard width != nil || height != nil || refreshMillihertz != nil else { return favourite }
        if sized.isEmpty || (width == nil && height == nil) {
            guard let favourite else { return nil }
            let size = offers[favourite].mode
            sized = candidates.filter {
                offers[$0].mode.width == size.width && offers[$0].mode.height == size.height
            }
        }
        if let refreshMillihertz {
            func distance(_ index: Int) -> Int { abs(offers[index].mode.refreshMillihertz - refreshMillihertz) }
            return sized.min { distance($0) < distance($1) }
        }
        return sized.first { offers[$0].isPreferred } ?? sized.first
    }
}
