import ControlProtocol
import FuzzSupport
import Testing

@testable import RoomConfiguration

@Suite("Configuration files that nobody meant to write")
struct YAMLReaderFuzzTests {
    static let corpus = [
        "name: Lisboa\naudio:\n  volume: 30\n", "sip: {port: 5060, transports: [udp, tcp]}\n",
        "a: &x [1, 2]\nb: *x\n", "name: |\n  two\n  lines\n", "name: \"\\u00e9 \\x41\"\n", "? complex\n: value\n",
        "camera:\n  match:\n    - {driver: vivid, udev: {A: b}}\n", "%YAML 1.1\n---\nname: x\n...\n", "- - - 1\n",
        "encoders: [{kind: x264, quirks: [no_dmabuf]}]\nthreads: {display: {priority: 3, cpus: [0]}}\n",
    ]

    @Test("20,000 mutated files give settings or issues, never a crash, and every issue has a place and a text")
    func mutations() {
        var fuzzer = MutationFuzzer(
            corpus: Self.corpus.map { Array($0.utf8) },
            interesting: "{}[]:,-?*&!|>'\"%@`#\n\t \\~".utf8.map { [$0] } + [Array("- ".utf8), Array("\n  a: ".utf8)],
            seed: 7)
        var accepted = 0
        var round = 0
        fuzzer.run(count: 20_000) { text in
            round += 1
            let text = Array(text)
            let schema = round % 2 == 0 ? RoomSchema.root : BoardSchema.root
            do throws(ConfigurationError) {
                let given = try ConfigurationFile.parse(text, file: "f", schema: schema)
                accepted += 1
                if round % 2 == 0 { _ = RoomSettings(given: given) } else { _ = BoardConfiguration(given: given) }
            } catch {
                #expect(!error.issues.isEmpty)
                #expect(error.issues.allSatisfy { !$0.message.isEmpty && ($0.line ?? 1) > 0 && ($0.column ?? 1) > 0 })
            }
        }
        #expect(accepted > 100, "some mutations leave a good file")
    }

    @Test("An edit of a mutated file gives exactly the wanted settings")
    func edits() async throws {
        var generator = SplitMix64(seed: 11)
        let texts = [
            "name: Lisboa # x\naudio:\n  volume: 30\n\n  mute_on_answer: no\n", "audio: {volume: 3}\nname: 'a'\n",
        ]
        var edited = 0
        for _ in 0..<3000 {
            var text = Array((texts.randomElement(using: &generator) ?? "").utf8)
            let place = Int.random(in: 0..<text.count, using: &generator)
            text.insert(Array(" \n#:'{}-".utf8).randomElement(using: &generator) ?? 0, at: place)
            guard let store = try? RoomSettingsStore.inMemory(String(decoding: text, as: UTF8.self)) else { continue }
            edited += 1
            let before = store.settings
            let change = try await store.set("audio.volume", to: 71)
            #expect(change.settings.audio.volume == 71)
            #expect(change.settings.name == before.name)
            #expect(change.settings.audio.mutesOnAnswer == before.audio.mutesOnAnswer)
        }
        #expect(edited > 300)
    }
}
