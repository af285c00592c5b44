package import MediaTypes

/// Which part of a picture goes where on the screen.
package struct Placement: Sendable, Hashable, BitwiseCopyable {
    /// Within the picture, even coordinates.
    package let source: Rect
    /// On the screen, even coordinates.
    package let destination: Rect

    /// Places a picture of `width` × `height` in a tile; pixels are square.
    package init(width: Int, height: Int, in tile: Tile) {
        let picture = Rect(width: max(width, 2), height: max(height, 2))
        let room = tile.rect
        guard !room.isEmpty else {
            source = .zero
            destination = .zero
            return
        }
        switch tile.filling {
        case .fit:
            source = picture
            // A difference of less than two pixels is no bar worth drawing.
            let byWidth = room.width * picture.height / picture.width
            let byHeight = room.height * picture.width / picture.height
            if abs(byWidth - room.height) < 2 {
                destination = room
            } else if byWidth < room.height {
                let lines = max(byWidth & ~1, 2)
                destination = Rect(
                    x: room.x, y: (room.y + (room.height - lines) / 2) & ~1, width: room.width, height: lines)
            } else {
                let columns = max(byHeight & ~1, 2)
                destination = Rect(
                    x: (room.x + (room.width - columns) / 2) & ~1, y: room.y, width: columns, height: room.height)
            }
        case .fill:
            destination = room
            let lines = picture.width * room.height / room.width
            let columns = picture.height * room.width / room.height
            if abs(lines - picture.height) < 2 {
                source = picture
            } else if lines < picture.height {
                let kept = max(lines & ~1, 2)
                source = Rect(x: 0, y: ((picture.height - kept) / 2) & ~1, width: picture.width, height: kept)
            } else {
                let kept = max(columns & ~1, 2)
                source = Rect(x: ((picture.width - kept) / 2) & ~1, y: 0, width: kept, height: picture.height)
            }
        }
    }

    /// Whether the picture is shown pixel by pixel.
    package var isUnscaled: Bool { source.width == destination.width && source.height == destination.height }
}
