import PeerSupport
import Testing

@Suite("The lab's devices", .inDeviceLab, .serialized)
struct DeviceTests {
    @Test("vivid's two cameras, the H.264 encoder and vicodec are found by name")
    func videoNodes() throws {
        for name in ["vivid-000-vid-cap", "vivid-001-vid-cap", "vh264enc", "stateful-encoder", "stateful-decoder"] {
            #expect(Lab.videoNodes(named: name).count == 1, "\(name)")
        }
    }

    @Test("a camera gives 30 pictures a second")
    func cameraRate() async throws {
        let camera = try Lab.videoNode(named: "vivid-000-vid-cap")
        let out = try await Lab.shell(
            """
            v4l2-ctl -d \(camera) --set-fmt-video=width=1280,height=720,pixelformat=NV12 --set-parm=30 \
            && v4l2-ctl -d \(camera) --stream-mmap --stream-count=90 --verbose
            """)
        let rates = out.matches(of: /fps: ([0-9.]+)/).compactMap { Double($0.1) }
        let last = try #require(rates.last)
        #expect((29...31).contains(last))
    }

    @Test("a camera that is unplugged has no node, and has one again when it is put back")
    func replug() async throws {
        let device = PluggableDevice.cameras
        try device.unplug()
        #expect(Lab.videoNodes(named: "vivid-000-vid-cap").isEmpty)
        try device.plugIn()
        let node = try await eventually("the camera's node") { Lab.videoNodes(named: "vivid-000-vid-cap").first }
        try await Lab.shell("v4l2-ctl -d \(node) --stream-mmap --stream-count=3")
    }

    @Test("vkms has a connected screen")
    func screen() async throws {
        let card = try Lab.card(driver: "vkms")
        #expect(card.hasPrefix("/dev/dri/card"))
        #expect(try await Lab.shell("modetest -M vkms -c").contains("connected"))
    }

    @Test("a tone played into the loopback sound card is recorded from it")
    func loopbackSound() async throws {
        let card = try Lab.soundCard(named: "Loopback")
        try await Lab.shell(
            """
            cd /tmp && ffmpeg -v error -y -f lavfi -i sine=frequency=440:sample_rate=48000:duration=3 \
                -ac 2 -c:a pcm_s16le tone.wav
            aplay -q -D hw:\(card),0,3 tone.wav & arecord -q -D hw:\(card),1,3 -f S16_LE -r 48000 -c 2 -d 1 heard.wav
            wait
            """)
        let samples = try WaveFile(path: "/tmp/heard.wav").channel(0)
        #expect(ToneDetector(frequency: 440, sampleRate: 48_000).share(of: samples) > 0.9)
        #expect(ToneDetector(frequency: 1000, sampleRate: 48_000).share(of: samples) < 0.01)
    }
}
