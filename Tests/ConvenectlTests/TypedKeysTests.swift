import ControlProtocol
import Testing

@testable import ConvenectlProgram

@Suite("A terminal's keyboard as the remote")
struct TypedKeysTests {
    private func typed(_ bytes: [UInt8]) -> [TypedKeys.Typed] {
        var keys = TypedKeys()
        return keys.take(bytes) + keys.flush()
    }

    @Test("Arrows in both of their spellings, Enter, Backspace, Page Up")
    func sequences() {
        #expect(
            typed(Array("\u{1B}[A\u{1B}[B\u{1B}OC\u{1B}OD\r\u{7F}\u{1B}[5~".utf8))
                == [.key(.up), .key(.down), .key(.right), .key(.left), .key(.ok), .key(.back), .key(.volumeUp)])
    }

    @Test("A lone escape is Back once nothing follows, and an arrow that comes in parts is one key")
    func escape() {
        var keys = TypedKeys()
        #expect(keys.take([0x1B]) == [] && keys.isWaiting)
        #expect(keys.flush() == [.key(.back)])
        #expect(keys.take([0x1B]) == [] && keys.take([0x5B]) == [] && keys.take([0x41]) == [.key(.up)])
    }

    @Test("Characters of every length come whole, and what is no text comes not at all")
    func characters() {
        #expect(typed(Array("aé中😀".utf8)) == [.character("a"), .character("é"), .character("中"), .character("😀")])
        #expect(typed([0xFF, 0xFE, 0xFD, 0xFC]) == [])
        #expect(typed(Array("\u{1B}[1;5H".utf8)) == [.key(.home)])
        #expect(typed([0x03]) == [.end] && typed([0x04]) == [.end])
        #expect(typed(Array("\u{1B}[99999999999999999999999999~x".utf8)).last == .character("x"))
    }

    @Test("Where nobody types, signs are keys, and no two of them the same")
    func signs() {
        let signs = Array("mcxhplsz/ro+-0123456789*#")
        let keys = signs.compactMap(TypedKeys.key)
        #expect(keys.count == signs.count && Set(keys).count == keys.count)
        #expect(TypedKeys.key(for: "q") == nil)
    }

    @Test("Any bytes leave at most the beginning of one sequence")
    func anyBytes() {
        var keys = TypedKeys()
        for _ in 0..<20_000 { _ = keys.take([UInt8.random(in: 0...255)]) }
        _ = keys.flush()
        #expect(!keys.isWaiting && keys.take(Array("m".utf8)) == [.character("m")])
    }
}
