import Glibc
import LinuxSystem
import Testing

@Suite("Waiting for descriptors")
struct PollTests {
    @Test("A signalled eventfd ends the wait, and draining it makes the next wait time out")
    func eventEndsWait() throws {
        let event = try EventFD()
        var set = PollSet(count: 2)
        set.watch(0, event.borrowed, for: .readable)
        #expect(try set.wait(nanoseconds: 0) == 0)
        event.signal()
        #expect(try set.wait(nanoseconds: 1_000_000_000) == 1)
        #expect(set.readiness(0).contains(.readable))
        #expect(set.readiness(1).isEmpty)
        event.drain()
        #expect(try set.wait(nanoseconds: 0) == 0)
    }

    @Test("A timer armed in the past is due at once")
    func timerInThePast() throws {
        let timer = try TimerFD()
        try timer.arm(at: MonotonicTime(nanoseconds: 1))
        var set = PollSet(count: 1)
        set.watch(0, timer.borrowed, for: .readable)
        #expect(try set.wait(nanoseconds: 1_000_000_000) == 1)
        #expect(timer.expirations() == 1)
        try timer.disarm()
        #expect(try set.wait(nanoseconds: 0) == 0)
    }

    @Test("A closed peer is told as trouble")
    func hangUp() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let near = FileDescriptor(owning: ends[0])
        close(ends[1])
        var set = PollSet(count: 1)
        set.watch(0, near.borrowed, for: .readable)
        #expect(try set.wait(nanoseconds: 1_000_000_000) == 1)
        #expect(!set.readiness(0).isDisjoint(with: .trouble))
    }
}

@Suite("Owned descriptors")
struct FileDescriptorTests {
    @Test("A missing file is told with the call, the path and the errno")
    func missingFile() {
        do {
            _ = try FileDescriptor.open("/nowhere/at/all", flags: O_RDONLY)
            Issue.record("opened a file that is not there")
        } catch {
            #expect(error == SystemError(operation: "open(/nowhere/at/all)", errno: ENOENT))
            #expect(error.description == "open(/nowhere/at/all): No such file or directory (errno 2)")
        }
    }

    @Test("The descriptor is closed when its owner ends")
    func closes() throws {
        var raw: Int32 = -1
        do {
            let file = try FileDescriptor.open("/dev/null", flags: O_RDONLY)
            raw = file.borrowed.rawValue
            #expect(fcntl(raw, F_GETFD) >= 0)
        }
        #expect(fcntl(raw, F_GETFD) == -1)
    }

    @Test("The peer of a Unix socket pair is this process")
    func peer() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let near = FileDescriptor(owning: ends[0])
        let far = FileDescriptor(owning: ends[1])
        let credentials = try PeerCredentials(of: near.borrowed)
        #expect(credentials.processID == getpid())
        #expect(credentials.userID == getuid())
        _ = far.borrowed
    }
}
