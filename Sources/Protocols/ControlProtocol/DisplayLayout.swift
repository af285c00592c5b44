/// How the pictures of a call share the screen.
package enum DisplayLayout: String, Sendable, CaseIterable {
    /// The far end over the whole screen, the own camera small in a corner.
    case pictureInPicture = "picture_in_picture"
    /// The far end over the whole screen, the own camera not shown.
    case remote
    /// Far end and own camera at the same size.
    case sideBySide = "side_by_side"
    /// Everybody at the same size, the own camera last.
    case grid
    /// The own camera over the whole screen.
    case local

    /// The one that follows when somebody presses Layout.
    package var next: DisplayLayout {
        switch self {
        case .pictureInPicture: .remote
        case .remote: .sideBySide
        case .sideBySide: .grid
        case .grid: .local
        case .local: .pictureInPicture
        }
    }
}
