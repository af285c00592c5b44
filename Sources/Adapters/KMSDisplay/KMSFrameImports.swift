import CDRM
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// Framebuffers of pictures that others made, one a pool's slot: imported when first seen, freed when the pool ends.
final class KMSFrameImports {
    private enum Slot {
        case unknown
        case refused
        case imported(KMSImportedFrame)
    }

    private final class Table {
        weak var pool: FramePool?
        let identity: ObjectIdentifier
        var slots: [Slot]

        init(_ pool: FramePool) {
            self.pool = pool
            identity = ObjectIdentifier(pool)
            slots = Array(repeating: .unknown, count: pool.capacity)
        }
    }

    private let card: KMSCard
    private var tables: [Table] = []

    init(_ card: KMSCard) { self.card = card }

    /// The framebuffer of a picture; 0 when the card cannot take it, which is remembered.
    func framebuffer(for frame: borrowing FrameHandle) -> UInt32 {
        let identity = frame.poolIdentity
        let index = frame.index
        for table in tables where table.identity == identity && table.pool != nil {
            switch table.slots[index] {
            case .imported(let imported): return imported.framebuffer.identifier
            case .refused: return 0
            case .unknown: return add(frame.value, index, to: table)
            }
        }
        // A pool that is seen for the first time, or one at the address of another that has ended.
        releaseEnded()
        let table = Table(frame.source)
        tables.append(table)
        return add(frame.value, index, to: table)
    }

    /// Frees what belongs to pools that have ended.
    func releaseEnded() { tables.removeAll { $0.pool == nil } }

    /// How many pictures are imported now.
    var count: Int {
        tables.reduce(0) { sum, table in
            sum
                + table.slots.count {
                    if case .imported = $0 { return true }
                    return false
                }
        }
    }

    private func add(_ frame: VideoFrame, _ index: Int, to table: Table) -> UInt32 {
        do throws(DeviceError) {
            let imported = try KMSImportedFrame(card, frame)
            table.slots[index] = .imported(imported)
            return imported.framebuffer.identifier
        } catch {
            // Not an error: the picture is painted by the CPU then.
            table.slots[index] = .refused
            return 0
        }
    }
}

/// An NV12 picture's DMABUFs as a framebuffer.
final class KMSImportedFrame {
    let framebuffer: KMSFramebuffer

    init(_ card: KMSCard, _ frame: VideoFrame) throws(DeviceError) {
        guard frame.format.pixelFormat == .nv12, let luma = frame.planes.0.dmabuf, let chroma = frame.planes.1.dmabuf
        else { throw DeviceError(.unsupported, device: "screen card \(card.path)", detail: "no NV12 DMABUF") }
        var handles: (UInt32, UInt32) = (0, 0)
        guard drmPrimeFDToHandle(card.raw, luma.rawValue, &handles.0) == 0 else {
            throw card.lastError("drmPrimeFDToHandle")
        }
        if chroma == luma {
            handles.1 = handles.0
        } else if drmPrimeFDToHandle(card.raw, chroma.rawValue, &handles.1) != 0 {
            let error = card.lastError("drmPrimeFDToHandle")
            _ = drmCloseBufferHandle(card.raw, handles.0)
            throw error
        }
        // The framebuffer keeps the memory; the handles are not needed any longer. Two descriptors of the same
        // memory give the same handle.
        defer {
            _ = drmCloseBufferHandle(card.raw, handles.0)
            if handles.1 != handles.0 { _ = drmCloseBufferHandle(card.raw, handles.1) }
        }
        framebuffer = try KMSFramebuffer(
            card, width: frame.format.width, height: frame.format.height, format: CONVENE_DRM_FORMAT_NV12,
            planes: [
                (handles.0, UInt32(clamping: frame.planes.0.stride), UInt32(clamping: frame.planes.0.dmabufOffset)),
                (handles.1, UInt32(clamping: frame.planes.1.stride), UInt32(clamping: frame.planes.1.dmabufOffset)),
            ])
    }
}
