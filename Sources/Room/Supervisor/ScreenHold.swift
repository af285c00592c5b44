import LinuxSystem

/// Until when the screen stays as it is while a call begins: to paint all of it anew takes the processor as long as the
/// first picture's codecs do, and there is nothing new to see before that picture.
enum ScreenHold {
    /// A far end that takes the call at once has sent its pictures by then; one that rings says so.
    static let dialPatience = Duration.milliseconds(60)
    /// From the answer to the first picture.
    static let answerPatience = Duration.milliseconds(250)

    /// nil where the call holds nothing back.
    static func end(of phase: CallPhase, _ marks: SetupMarks) -> MonotonicTime? {
        if marks.firstVideoDecoded != nil { return nil }
        switch phase {
        case .dialling: return marks.begun + dialPatience
        case .connecting, .established: return (marks.answered ?? marks.begun) + answerPatience
        case .ringingOut, .ringingIn, .ended: return nil
        }
    }
}
