import PasswordHashing
import Testing

@Suite struct PasswordHashTests {
    @Test("A hash is salted, tells nothing of the secret, and only the secret matches it")
    func matching() throws {
        let one = try PasswordHash.make("2468")
        let other = try PasswordHash.make("2468")
        #expect(one != other)
        #expect(one.hasPrefix("$y$"))
        #expect(!one.contains("2468"))
        #expect(PasswordHash.isHash(one))
        #expect(PasswordHash.matches("2468", one))
        #expect(!PasswordHash.matches("2469", one))
        #expect(!PasswordHash.matches("", one))
    }

    @Test("A hash that mkpasswd made is taken")
    func foreignHash() {
        // What `openssl passwd -6` gives for "Hello world!" with this salt.
        let hash =
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
        #expect(PasswordHash.isHash(hash))
        #expect(PasswordHash.matches("Hello world!", hash))
    }

    @Test(
        "What is no slow salted hash is none",
        arguments: [
            "", "2468", "$1$salt$abcdefghijklmnopqrstuv", "$y$", "*", "!locked", "$6$with space$aaaaaaaaaaaaaaaa",
        ])
    func notHashes(_ text: String) {
        #expect(!PasswordHash.isHash(text))
        #expect(!PasswordHash.matches("2468", text))
    }

    @Test("A secret with a zero in it or an endless one matches nothing")
    func oddSecrets() throws {
        let hash = try PasswordHash.make("2468")
        #expect(!PasswordHash.matches("2468\0", hash))
        #expect(!PasswordHash.matches(String(repeating: "2", count: 100_000), hash))
    }
}
