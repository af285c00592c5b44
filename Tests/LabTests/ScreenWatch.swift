import CDRM
import Glibc
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization
import Testing

/// Watches what another program shows on a screen: looks at each new picture and notes the vertical blank that showed it.
///
/// It reads the memory that is scanned out, not what the program says. The blank is taken as the first one after the
/// picture was handed over; a kernel that is late may show it one blank later.
final class ScreenWatch: Sendable {
    struct Sample: Sendable {
        /// Nanoseconds of CLOCK_MONOTONIC.
        let time: Int64
        let value: Int
    }

    /// Looks at a screen of XRGB8888: first pixel, bytes from row to row, width, height.
    typealias Probe = @Sendable (UnsafePointer<UInt8>, Int, Int, Int) -> Int

    private let thread: MediaThread
    private let samples = Mutex<[Sample]>([])

    init(card: String, probe: @escaping Probe) throws {
        thread = try MediaThread(name: "screen-watch")
        let eye = try Eye(card: card)
        try thread.start { [self] thread in
            while !thread.isStopping {
                if let sample = eye.look(probe) { samples.withLock { $0.append(sample) } }
                usleep(2000)
            }
        }
    }

    /// Ends it, and gives one sample for each picture shown.
    func stop() -> [Sample] {
        thread.stopAndJoin()
        return samples.withLock { $0 }
    }

    /// The card as root sees it; used on the thread only.
    private final class Eye: @unchecked Sendable {
        private let descriptor: FileDescriptor
        private let crtc: UInt32
        private var known: [UInt32: (base: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int)] = [:]
        private var shown: UInt32 = 0

        init(card: String) throws {
            descriptor = try FileDescriptor.open(card, flags: O_RDWR)
            // The first to open a card becomes its master; the program that is watched has to be that.
            _ = drmDropMaster(descriptor.borrowed.rawValue)
            let resources = try #require(drmModeGetResources(descriptor.borrowed.rawValue))
            crtc = resources.pointee.crtcs[0]
            drmModeFreeResources(resources)
        }

        /// A new picture's sample; nil while the same one is shown.
        func look(_ probe: Probe) -> Sample? {
            let raw = descriptor.borrowed.rawValue
            guard let state = drmModeGetCrtc(raw, crtc) else { return nil }
            let buffer = state.pointee.buffer_id
            drmModeFreeCrtc(state)
            guard buffer != 0, buffer != shown, let picture = known[buffer] ?? map(buffer) else { return nil }
            known[buffer] = picture
            shown = buffer
            let value = probe(picture.base, picture.stride, picture.width, picture.height)
            var blank = drmVBlank()
            blank.request.type = DRM_VBLANK_RELATIVE
            blank.request.sequence = 1
            guard drmWaitVBlank(raw, &blank) == 0 else { return nil }
            return Sample(
                time: Int64(blank.reply.tval_sec) * 1_000_000_000 + Int64(blank.reply.tval_usec) * 1000, value: value)
        }

        private func map(
            _ buffer: UInt32
        ) -> (base: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int)? {
            let raw = descriptor.borrowed.rawValue
            guard let found = drmModeGetFB(raw, buffer) else { return nil }
            defer { drmModeFreeFB(found) }
            var request = drm_mode_map_dumb()
            request.handle = found.pointee.handle
            guard drmIoctl(raw, CONVENE_DRM_IOCTL_MODE_MAP_DUMB, &request) == 0 else { return nil }
            let stride = Int(found.pointee.pitch)
            let height = Int(found.pointee.height)
            let memory = mmap(nil, stride * height, PROT_READ, MAP_SHARED, raw, off_t(request.offset))
            guard let memory, memory != MAP_FAILED else { return nil }
            return (UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), stride, Int(found.pointee.width), height)
        }
    }
}

/// Records what a card plays, through the other end of its cable, with the time of each block.
final class CableRecorder: Sendable {
    struct Recording: Sendable {
        var samples: [Int16] = []
        /// When the first sample of each block of 10 ms was played, nanoseconds of CLOCK_MONOTONIC.
        var times: [Int64] = []

        func time(ofSample sample: Int) -> Int64? {
            let block = sample / AudioFormat.blockFrames
            guard times.indices.contains(block) else { return nil }
            let offset = Int64(sample % AudioFormat.blockFrames)
            return times[block] + offset * 1_000_000_000 / Int64(AudioFormat.sampleRate)
        }
    }

    private let thread: MediaThread
    private let recording = Mutex(Recording())

    /// - Parameter open: opens the microphone at the other end; called on a thread of its own.
    init(_ open: @escaping @Sendable () throws -> any AudioSource) throws {
        thread = try MediaThread(name: "cable")
        try thread.start { [self] thread in
            guard let source = try? open(), (try? source.start()) != nil else { return }
            var block = [Int16](repeating: 0, count: AudioFormat.blockFrames)
            while !thread.isStopping {
                let result = try? block.withUnsafeMutableBufferPointer {
                    try source.read(into: $0, wake: thread.stopDescriptor, timeout: 1_000_000_000)
                }
                guard let result else { return }
                if case .block(let time) = result {
                    recording.withLock {
                        $0.samples += block
                        $0.times.append(time.nanoseconds)
                    }
                }
            }
            source.stop()
        }
    }

    func stop() -> Recording {
        thread.stopAndJoin()
        return recording.withLock { $0 }
    }
}
