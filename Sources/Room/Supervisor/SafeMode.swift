/// Why the room does less than it could: it ended by itself again and again, or somebody wanted it so.
package struct SafeMode: Sendable, Equatable {
    /// How many starts in a row came to nothing; 0 when somebody asked for it.
    package var unfinishedStarts: Int

    package init(unfinishedStarts: Int) { self.unfinishedStarts = unfinishedStarts }

    /// What is left out, as status names it.
    static let leftOut = ["camera", "pictures"]

    /// A sentence for status and log.
    package var sentence: String {
        let reason =
            unfinishedStarts > 0
            ? "The room ended unexpectedly \(unfinishedStarts) times in a row" : "Safe mode was asked for"
        return
            "\(reason): it runs without camera and pictures. Calls with sound work. Leave safe mode on the screen or "
            + "with room.safe_mode once the cause is mended."
    }
}
