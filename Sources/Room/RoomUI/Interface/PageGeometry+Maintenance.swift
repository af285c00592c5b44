import MediaTypes

extension PageGeometry {
    var tasks: [Place] { column(FocusItem.Task.allCases.map { .task($0) }) }

    // MARK: - Codes

    var codeCard: Rect {
        let size = min(1320, inner)
        return Rect(x: (width - size) / 2, y: 160, width: size, height: 780)
    }

    /// Of the card, what stands beside the keys.
    var codeText: Rect {
        let inside = codeCard.inset(56)
        return Rect(x: inside.x, y: inside.y, width: inside.width - codeKeysWidth - 64, height: inside.height)
    }

    private var codeKeysWidth: Int { min(500, codeCard.width * 42 / 100) }

    /// Digits, what takes the last one back, and what says that it was all.
    var codeKeys: [Place] {
        let inside = codeCard.inset(56)
        let gap = 16
        let (wide, high) = ((codeKeysWidth - 2 * gap) / 3, (inside.height - 3 * gap) / 4)
        let left = inside.right - codeKeysWidth
        let items: [FocusItem] = Array("123456789").map { .key($0) } + [.erase, .key("0"), .confirm]
        return items.enumerated().map {
            Place(
                $1,
                Rect(
                    x: left + $0 % 3 * (wide + gap), y: inside.y + $0 / 3 * (high + gap), width: wide, height: high))
        }
    }

    // MARK: - Logs

    static let shownLogs = 7

    /// Of a visible line, and of the bar beside them all.
    func log(_ number: Int) -> Rect {
        Rect(x: Self.margin, y: 150 + number * 118, width: inner - 40, height: 116)
    }
}
