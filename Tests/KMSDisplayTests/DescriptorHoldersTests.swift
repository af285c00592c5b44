import Glibc
import KMSDisplay
import LinuxSystem
import MediaTypes
import PeerSupport
import Testing

@Suite("Who holds a file")
struct DescriptorHoldersTests {
    @Test("A program that has the file open is named with its process id")
    func named() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/card"
        try writeText("x", to: path)
        #expect(DescriptorHolders.describe(path).isEmpty)
        // Outlives every wait for it: beside hundreds of tests this one may not get its turn for a minute.
        let child = try ChildProcess("sh", ["-c", "exec sleep 600 < \(path)"], logPath: "\(folder.path)/log")
        let holders = try await eventually(within: .seconds(60), "the holder") {
            let found = DescriptorHolders.describe(path)
            return found.isEmpty ? nil : found
        }
        #expect(holders.count == 1)
        #expect(holders.first?.contains("(pid ") == true)
        await child.stop()
        #expect(DescriptorHolders.describe(path).isEmpty)
    }

    @Test("This process is left out unless it is asked for")
    func itself() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/card"
        try writeText("x", to: path)
        let descriptor = try FileDescriptor.open(path, flags: O_RDONLY)
        #expect(DescriptorHolders.describe(path).isEmpty)
        #expect(DescriptorHolders.describe(path, excluding: 0).count == 1)
        _ = consume descriptor
    }

    @Test("A card that is not there is gone, and a file that is no card is unsupported or refused")
    func noCard() throws {
        let missing = #expect(throws: DeviceError.self) {
            _ = try KMSDisplay(KMSDisplayConfiguration(card: "/dev/dri/card-that-is-not-there"))
        }
        #expect(missing?.kind == .gone)
        #expect(missing?.detail.contains("card-that-is-not-there") == true)
        let other = #expect(throws: DeviceError.self) {
            _ = try KMSDisplay(KMSDisplayConfiguration(card: "/dev/null"))
        }
        #expect(other?.detail.contains("drmSetMaster") == true)
    }
}
