import Testing

@testable import SIP

@Suite("Messages out of a TCP stream")
struct StreamFramerTests {
    private let first = Array(Samples.request(body: "hello").utf8)
    private let second = Array(Samples.response().utf8)

    private func frames(_ pieces: [[UInt8]]) throws -> [StreamFramer.Frame] {
        var framer = StreamFramer()
        var frames: [StreamFramer.Frame] = []
        for piece in pieces {
            framer.append(piece)
            while let frame = try framer.next() { frames.append(frame) }
        }
        return frames
    }

    @Test("Two messages come out whole, whatever the pieces are", arguments: [1, 2, 3, 7, 64, 10_000])
    func pieces(size: Int) throws {
        let stream = first + second
        let pieces = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min($0 + size, stream.count)])
        }
        #expect(try frames(pieces) == [.message(first), .message(second)])
    }

    @Test("Two line breaks between messages are a ping; one, the answer to ours, is nothing")
    func keepAlive() throws {
        let ping = Array("\r\n\r\n".utf8)
        let pong = Array("\r\n".utf8)
        #expect(try frames([ping]) == [.ping])
        #expect(try frames([pong]).isEmpty)
        #expect(try frames([pong, pong]) == [.ping])
        #expect(try frames([pong + first]) == [.message(first)])
        #expect(try frames([first, ping, second]) == [.message(first), .ping, .message(second)])
        #expect(try frames([ping.prefix(3), ping.suffix(1)].map(Array.init)) == [.ping])
    }

    @Test("Only the rest of a message counts as being inside one")
    func inside() throws {
        var framer = StreamFramer()
        #expect(!framer.isInsideMessage)
        framer.append(Array("\r\n".utf8))
        #expect(try framer.next() == nil)
        #expect(!framer.isInsideMessage)
        framer.append(first.prefix(20))
        #expect(try framer.next() == nil)
        #expect(framer.isInsideMessage)
        framer.append(first.dropFirst(20))
        #expect(try framer.next() == .message(first))
        #expect(!framer.isInsideMessage)
    }

    @Test("A head without an end, a body too long and a broken length end the stream")
    func limits() {
        let limits = MessageLimits(headerBytes: 500, bodyBytes: 100)
        let long = Samples.request().replacing("Content-Length: 0", with: "Content-Length: 101")
        for text in [String(repeating: "a", count: 501), long, long.replacing("101", with: "1x")] {
            var framer = StreamFramer(limits: limits)
            framer.append(Array(text.utf8))
            #expect(throws: SIPSyntaxError.self) { try framer.next() }
        }
    }
}
