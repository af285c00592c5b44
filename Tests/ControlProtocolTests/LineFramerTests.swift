import ControlProtocol
import FuzzSupport
import Testing

@Suite("Cutting a stream into lines")
struct LineFramerTests {
    private func outputs(_ chunks: [String], limit: Int = 8, finishes: Bool = false) -> [LineFramer.Output] {
        var framer = LineFramer(maximumLength: limit)
        var outputs: [LineFramer.Output] = []
        for chunk in chunks { framer.append(Array(chunk.utf8).span) { outputs.append($0) } }
        if finishes { framer.finish { outputs.append($0) } }
        return outputs
    }

    private func line(_ text: String, _ number: Int) -> LineFramer.Output { .line(Array(text.utf8), number: number) }

    @Test("Lines come out whole however the bytes arrive")
    func chunks() {
        #expect(outputs(["ab\ncd\n"]) == [line("ab", 1), line("cd", 2)])
        #expect(outputs(["a", "b", "\nc", "d\ne"]) == [line("ab", 1), line("cd", 2)])
        #expect(outputs(["ab\r\n\r\n\ncd\n"]) == [line("ab", 1), line("cd", 4)])
    }

    @Test("The end of the stream ends the last line")
    func finish() {
        #expect(outputs(["ab\ncd"], finishes: true) == [line("ab", 1), line("cd", 2)])
        #expect(outputs(["ab\n"], finishes: true) == [line("ab", 1)])
        #expect(outputs([], finishes: true).isEmpty)
    }

    @Test("A line that is too long is reported once, and the next one is good")
    func tooLong() {
        #expect(outputs(["12345678\n"]) == [line("12345678", 1)])
        #expect(outputs(["123456789\nab\n"]) == [.tooLong(number: 1), line("ab", 2)])
        #expect(outputs(["1234", "56789", "0123456789\n", "ab\n"]) == [.tooLong(number: 1), line("ab", 2)])
        #expect(outputs(["1234567890"], finishes: true) == [.tooLong(number: 1)])
    }

    @Test("20,000 streams in random pieces give the same lines as in one piece")
    func pieces() {
        var fuzzer = MutationFuzzer(
            corpus: ["{\"a\":1}\n{\"b\":2}\r\n\n", "0123456789012345\nab\n\r\n", ""].map { Array($0.utf8) },
            interesting: ["\n", "\r\n", "\r", "0123456789"].map { Array($0.utf8) }, seed: 9)
        var random = SplitMix64(seed: 2)
        fuzzer.run(count: 20_000) { input in
            let bytes = Array(input)
            var whole: [LineFramer.Output] = []
            var framer = LineFramer(maximumLength: 12)
            framer.append(bytes.span) { whole.append($0) }
            framer.finish { whole.append($0) }
            var pieces: [LineFramer.Output] = []
            var other = LineFramer(maximumLength: 12)
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(Int.random(in: 1...7, using: &random)))
                rest = rest.dropFirst(piece.count)
                other.append(piece.span) { pieces.append($0) }
            }
            other.finish { pieces.append($0) }
            #expect(whole == pieces)
        }
    }
}
