import Glibc
import LinuxSystem

extension RevisionStore {
    /// Runs `body` while nobody else changes the settings; the kernel gives the lock up when its holder dies.
    ///
    /// - Parameters:
    ///   - holder: who takes it, for the others.
    ///   - seconds: how long it waits for another holder.
    func locked<Outcome>(
        by holder: String, waiting seconds: Int, _ body: () throws(ProvisioningError) -> Outcome
    ) throws(ProvisioningError) -> Outcome {
        let file = try openLock()
        let raw = file.borrowed.rawValue
        var tries = seconds * 20
        while flock(raw, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last("flock(\(lockFile))")
            guard error.errno == EWOULDBLOCK || error.errno == EINTR else { throw .disk(error) }
            guard tries > 0 else { throw .busy(holder: lockHolder) }
            tries -= 1
            // flock(2) waits without a limit or not at all; this is a short command's own process, so it may sleep.
            usleep(50_000)
        }
        defer { _ = flock(raw, LOCK_UN) }
        // Only for the others' sentence: what cannot be written there is no reason to refuse.
        let note = Array("\(Revision.cleaned(holder, 128)) (process \(getpid()))".utf8)
        _ = ftruncate(raw, 0)
        _ = pwrite(raw, note, note.count, 0)
        return try body()
    }

    private var lockFile: String { "\(folder)/lock" }

    private func openLock() throws(ProvisioningError) -> FileDescriptor {
        do throws(SystemError) {
            if !SmallFile.exists(folder) {
                try SmallFile.makeFolder(folder, permissions: 0o750)
                SmallFile.adopt(folder, like: SmallFile.parent(folder))
            }
            let isNew = !SmallFile.exists(lockFile)
            let file = try FileDescriptor.open(lockFile, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o660)
            if isNew { SmallFile.adopt(lockFile, like: folder) }
            return file
        } catch {
            throw .disk(error)
        }
    }

    private var lockHolder: String {
        let note = (try? SmallFile.read(lockFile, maximum: 512)) ?? []
        let text = Revision.cleaned(String(decoding: note, as: UTF8.self), 200)
        return text.isEmpty ? "somebody else" : text
    }
}
