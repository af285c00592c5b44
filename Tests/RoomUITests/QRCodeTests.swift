import Glibc
import MediaTypes
import Testing

@testable import RoomUI

@Suite("QR codes")
struct QRCodeTests {
    @Test("Longer texts make larger codes, and one that does not fit none")
    func sizes() {
        let sizes = [14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106].map {
            QRCode(String(repeating: "a", count: $0))?.size
        }
        #expect(sizes == [21, 25, 25, 29, 29, 33, 33, 37, 37, 41, 41])
        #expect(QRCode(String(repeating: "a", count: 107)) == nil)
        #expect(QRCode("")?.size == 21)
    }

    @Test("Every code has its three corners, its timing and its dark module, whatever is in it")
    func functions() throws {
        for length in 0...106 {
            let code = try #require(QRCode(String(repeating: "#", count: length)))
            for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
                #expect((0..<7).allSatisfy { code.isDark(x + $0, y) && code.isDark(x, y + $0) })
                #expect((1..<6).allSatisfy { !code.isDark(x + $0, y + 1) } && code.isDark(x + 3, y + 3))
            }
            #expect((8..<code.size - 8).allSatisfy { code.isDark($0, 6) == ($0 % 2 == 0) })
            #expect(code.isDark(8, code.size - 8))
            #expect(!code.isDark(-1, 0) && !code.isDark(code.size, 0))
        }
    }

    @Test(
        "The code on the screen is read by another program, in every size of screen and both themes",
        .enabled(if: access("/usr/bin/zbarimg", X_OK) == 0), arguments: GoldenTests.sizes)
    func readBack(size: GoldenTests.Size) async throws {
        let renderer = try RoomRenderer(mode: size.mode)
        for isDark in [true, false] {
            let state = try #require(ScreenState.all(isDark: isDark).first { $0.name == "setup" })
            let picture = try ScreenPicture.painted(state.screen, size.mode, with: renderer, isFlat: true)
            let path = "/tmp/convene-qr-\(getpid())-\(size.name)-\(isDark).png"
            defer { unlink(path) }
            try picture.write(to: path)
            let program = try #require(popen("zbarimg -q --raw '\(path)' 2>/dev/null", "r"))
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = fread(&bytes, 1, bytes.count, program)
            pclose(program)
            let read = String(decoding: bytes.prefix(count), as: UTF8.self)
            let setup = try #require(state.screen.facts.setup)
            #expect(read == setup.code + "\n")
        }
    }
}
