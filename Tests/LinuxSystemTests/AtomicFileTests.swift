import Glibc
import LinuxSystem
import Testing

@Suite("Replacing a file as a whole")
struct AtomicFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/convene-atomic-XXXXXX".utf8CString)
        #expect(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { rmdir(folder) }
        try body(folder)
    }

    private func text(_ path: String) -> String? {
        guard let stream = fopen(path, "r") else { return nil }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, stream)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test("The new text is there, the permissions stay, and nothing lies beside it")
    func replace() throws {
        try withFolder { folder in
            let path = folder + "/room.yaml"
            try AtomicFile.replace(path, with: Array("one".utf8), permissions: 0o600)
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            chmod(path, 0o640)
            try AtomicFile.replace(path, with: Array("two, longer".utf8))
            #expect(text(path) == "two, longer")
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o640)
            #expect(access(path + ".new", F_OK) == -1)
            unlink(path)
        }
    }

    @Test("A folder that is not there is told with the call and the file, and the old file stays")
    func failure() throws {
        let error = #expect(throws: SystemError.self) { try AtomicFile.replace("/nonexistent/x", with: [1]) }
        #expect(error?.operation == "open(/nonexistent/x)")
        #expect(error?.errno == ENOENT)
        #expect(
            error?.sentence(writing: "/nonexistent/x")
                == "/nonexistent/x cannot be written: there is no folder /nonexistent (open: No such file or directory)"
        )
    }

    @Test("A folder in the file's place is told as one, and nothing is left beside it")
    func folderInPlace() throws {
        try withFolder { folder in
            let path = folder + "/taken"
            mkdir(path, 0o755)
            let error = #expect(throws: SystemError.self) { try AtomicFile.replace(path, with: [1]) }
            #expect(
                error?.sentence(writing: path) == "\(path) cannot be written: it is a folder (rename: Is a directory)")
            #expect(access(path + ".new", F_OK) == -1)
            rmdir(path)
        }
    }

    @Test("Work that blocks runs on another thread and gives its outcome")
    func blockingWork() async throws {
        let caller = getpid()
        let (process, name) = try await runBlocking { (getpid(), pthread_self()) }
        #expect(process == caller)
        #expect(name != 0)
    }
}
