import Glibc

extension SystemError {
    /// Why nothing could be written or made at a path, for people: "there is no folder /nowhere (open: No such file or
    /// directory)". The call and the system's own words stand in the brackets.
    package func reason(writing path: String) -> String {
        let folder = AtomicFile.folder(of: path)
        let reason =
            switch errno {
            case ENOENT: "there is no folder \(folder)"
            case ENOTDIR: "\(folder) is no folder"
            case EISDIR: "it is a folder"
            case EACCES, EPERM: "the user of this program may not write in \(folder)"
            case EROFS: "\(folder) can only be read"
            case ENOSPC: "the disk is full"
            default: "the system refuses it"
            }
        return "\(reason) \(brackets)"
    }

    /// Why a file that somebody named could not be read, in the same form.
    package var reasonOfReading: String {
        let reason =
            switch errno {
            case ENOENT: "there is no such file"
            case EISDIR: "this is a folder, and no file"
            case EACCES, EPERM: "the user of this program may not read it"
            case EFBIG: "it is too large"
            default: "the system refuses it"
            }
        return "\(reason) \(brackets)"
    }

    private var brackets: String {
        let call = operation.prefix { $0 != "(" }
        return "(\(call): \(Self.name(of: errno)))"
    }

    /// The whole sentence: "/nowhere/x.png cannot be written: there is no folder /nowhere (open: …)".
    package func sentence(writing path: String) -> String {
        "\(path) cannot be written: \(reason(writing: path))"
    }
}
