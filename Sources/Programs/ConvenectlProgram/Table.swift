/// Columns of text, each as wide as its widest cell, two spaces apart.
struct Table {
    var heading: [String] = []
    var rows: [[String]]

    /// The lines joined, without a line end after the last one and without spaces at the ends of lines.
    var text: String {
        let lines = (heading.isEmpty ? [] : [heading]) + rows
        var widths: [Int] = []
        for line in lines {
            for (column, cell) in line.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return lines.map { line in
            var text = ""
            for (column, cell) in line.enumerated() {
                text += cell
                guard column < line.count - 1 else { break }
                text += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }
}
