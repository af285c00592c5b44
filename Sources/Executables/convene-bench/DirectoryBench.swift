import ArgumentParser
import Directory
import PeerSupport

/// Searches as somebody types over 10,000 entries, beside a plain look through the same names in memory.
struct DirectoryBench {
    static let entries = 10_000

    /// Milliseconds.
    var importing = 0.0
    var median = 0.0
    var worst = 0.0
    /// The query that took longest.
    var worstQuery = ""
    /// The same queries over the names as lower-case strings in memory, without accents, order or addresses.
    var plainMedian = 0.0
    var firstOpening = 0.0

    static func measure() async throws -> DirectoryBench {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/directory.sqlite"
        var bench = DirectoryBench()
        let drafts = (0..<entries).map(draft)
        let names = drafts.map { $0.name.lowercased() }
        let card = ContactFormat.vcard
        let text = card.write(
            drafts.enumerated().map {
                DirectoryEntry(
                    id: Int64($0.offset), name: $0.element.name, address: $0.element.address, note: $0.element.note)
            })
        do {
            let book = SQLiteContactBook(path: path)
            bench.importing = try await milliseconds {
                _ = try await book.merge(try card.read(text).drafts)
            }
        }
        let book = SQLiteContactBook(path: path)
        bench.firstOpening = await milliseconds { _ = await book.refresh() }
        var times: [Double] = []
        var plain: [Double] = []
        for query in queries {
            var best = Double.infinity
            for _ in 0..<5 {
                best = min(best, try await milliseconds { _ = try await book.search(query, limit: 20) })
            }
            times.append(best)
            if best > bench.worst { (bench.worst, bench.worstQuery) = (best, query) }
            var found = 0
            plain.append(
                await milliseconds {
                    let wanted = query.lowercased()
                    found += names.filter { $0.contains(wanted) }.prefix(20).count
                })
        }
        bench.median = times.sorted()[times.count / 2]
        bench.plainMedian = plain.sorted()[plain.count / 2]
        return bench
    }

    var figures: [Figure] {
        [
            Figure(
                name: "search as you type over 10,000, median", unit: "ms", decimals: 2, goal: .atMost(20),
                measured: median, peer: ("plain look through", plainMedian)),
            Figure(
                name: "the same over the plain look through", decimals: 2, goal: .atMost(1),
                measured: median / plainMedian),
            Figure(
                name: "the slowest search", unit: "ms", decimals: 2, goal: .atMost(20), measured: worst,
                note: "“\(worstQuery)”"),
            Figure(name: "import of 10,000 vCards", unit: "ms", decimals: 0, measured: importing),
            Figure(name: "opening", unit: "ms", decimals: 2, measured: firstOpening),
        ]
    }

    /// Letter by letter, common and rare, several words, other scripts, nothing found.
    static let queries: [String] =
        ["meeting", "jürgen mül", "北京", "zzz nobody", "u9999@", "example"].flatMap { word in
            (1...word.count).map { String(word.prefix($0)) }
        }

    private static let firstNames = [
        "Jürgen", "Anna", "Søren", "Łukasz", "Иван", "محمد", "美咲", "김민준", "Zoë", "Meeting room",
    ]
    private static let lastNames = [
        "Müller", "Berg", "Ångström", "Петров", "北京会议室", "Smith", "O’Neill", "García", "de Vries", "Kaya",
    ]

    private static func draft(_ index: Int) -> DirectoryDraft {
        DirectoryDraft(
            name: "\(firstNames[index % 10]) \(lastNames[index / 10 % 10]) \(index)",
            address: "sip:u\(index)@example.com", note: index % 3 == 0 ? "Floor \(index % 17)" : nil)
    }

    private static func milliseconds(_ body: () async throws -> Void) async rethrows -> Double {
        let time = try await ContinuousClock().measure { try await body() }
        return Double(time.components.seconds) * 1e3 + Double(time.components.attoseconds) / 1e15
    }
}
