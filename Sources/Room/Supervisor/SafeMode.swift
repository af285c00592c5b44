/// Why the room does less than it could: it ended by itself again and again, or somebody wanted it so.
package struct SafeMode: Sendable, Equatable {
    /// How many starts in a row came to nothing; 0 when somebody asked for it.
    package var unfinishedStarts: Int
    /// They were the starts of boots that were cut short, by the plug as likely as by the room.
    package var wereBoots: Bool

    package init(unfinishedStarts: Int, wereBoots: Bool = false) {
        self.unfinishedStarts = unfinishedStarts
        self.wereBoots = wereBoots
    }

    /// What is left out, as status names it.
    static let leftOut = ["camera", "pictures"]

    /// A sentence for status and log.
    package var sentence: String {
        let reason =
            switch (unfinishedStarts, wereBoots) {
            case (...0, _): "Safe mode was asked for"
            case (_, true): "The box went off \(unfinishedStarts) times in a row soon after its room had started"
            case (_, false): "The room ended unexpectedly \(unfinishedStarts) times in a row"
            }
        return
            "\(reason): it runs without camera and pictures. Calls with sound work. Leave safe mode on the screen or "
            + "with room.safe_mode once the cause is mended."
    }
}
