import ControlProtocol
import FuzzSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "The vectors of RFC 4648 §10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(
        "What is no base64 is refused",
        arguments: ["Z", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Zm9\n", "Zm-v", "=Zg="])
    func refused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("Any bytes come back")
    func roundTrip() {
        var random = SplitMix64(seed: 4)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}
