import Glibc
import PeerSupport
import Testing

@Suite("ProcessUsage")
struct ProcessUsageTests {
    @Test("A busy program's processor time is counted, an idle one's is not")
    func processorTime() async throws {
        let folder = try TemporaryFolder()
        let busy = try ChildProcess("sh", ["-c", "while :; do :; done"], logPath: "\(folder.path)/busy")
        let idle = try ChildProcess("sleep", ["60"], logPath: "\(folder.path)/idle")
        let used = try await eventually("0.2 s of work") {
            let usage = try ProcessUsage(of: busy.processIdentifier)
            return usage.processorTime > .milliseconds(200) ? usage : nil
        }
        #expect(used.threads[busy.processIdentifier]?.time ?? .zero > .milliseconds(150))
        let resting = try ProcessUsage(of: idle.processIdentifier)
        #expect(resting.threads[idle.processIdentifier]?.time ?? .seconds(1) < .milliseconds(100))
        #expect(resting.threads[idle.processIdentifier]?.name == "sleep")
        await busy.stop()
        await idle.stop()
    }

    @Test("Memory, threads, descriptors and wake-ups of this process are plausible")
    func ownProcess() throws {
        let usage = try ProcessUsage(of: getpid())
        #expect(usage.residentBytes > 1_000_000)
        #expect(usage.peakResidentBytes >= usage.residentBytes)
        #expect(usage.threads[getpid()] != nil)
        #expect(usage.descriptors >= 3)
        #expect(usage.threads.values.contains { $0.voluntarySwitches > 0 })
    }

    @Test("A process that is gone has no usage")
    func gone() {
        #expect(throws: ChildProcess.Failure.self) { try ProcessUsage(of: Int32.max) }
    }
}
