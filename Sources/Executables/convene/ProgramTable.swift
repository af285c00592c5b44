import ControlProtocol

/// Finds the program that a command line means, among those that share one file.
struct ProgramTable {
    /// Runs a program with its arguments, without its name; returns or ends the process when it is done.
    typealias Main = (_ arguments: [String]) -> Void

    enum Choice {
        case program(Main, arguments: [String])
        /// To be printed; then it ends well.
        case text(String)
        /// Why no program was found.
        case error(String)
    }

    private let programs: [String: Main]

    init(_ programs: [String: Main]) {
        self.programs = programs
    }

    /// - Parameter commandLine: with the name first, which may be a path; it may be empty (`execve` allows that).
    func choose(_ commandLine: [String]) -> Choice {
        let name = Self.baseName(commandLine.first ?? "")
        let rest = Array(commandLine.dropFirst())
        if let main = programs[name] { return .program(main, arguments: rest) }
        guard name == Self.ownName else {
            return .error("\(Self.ownName): there is no program “\(name)” in this file. \(known)")
        }
        switch rest.first {
        case nil: return .error("\(Self.ownName): say which program is meant. \(known)")
        case "--help", "-h", "help": return .text(help)
        case "--version": return .text(ConveneVersion.current)
        case let word?:
            guard let main = programs[word] else {
                return .error("\(Self.ownName): there is no program “\(word)” in this file. \(known)")
            }
            return .program(main, arguments: Array(rest.dropFirst()))
        }
    }

    private static let ownName = "convene"

    private var known: String {
        "It has \(programs.keys.sorted().joined(separator: ", ")): start it under such a name (a link to it will do), "
            + "or name one first: \(Self.ownName) convenectl --help"
    }

    private var help: String {
        """
        All programs of Convene in one file.

        USAGE: \(Self.ownName) <program> [arguments]
               <program> [arguments]     under the program's name, by a link to this file

        PROGRAMS: \(programs.keys.sorted().joined(separator: ", "))

        Each says more with --help.
        """
    }

    private static func baseName(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }
}
