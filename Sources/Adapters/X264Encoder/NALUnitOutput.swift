internal import CX264
import H264Bitstream
import LinuxSystem
import MediaTypes

/// Takes each NAL unit from x264 as soon as it is coded (`nalu_process`, x264.h), and lends the slices of a picture that
/// is not done yet.
///
/// Confined to the thread that encodes; x264 calls it from within `x264_encoder_encode`. Its memory is what a picture of
/// the encoder's size can take at worst, and resident only where it was written.
final class NALUnitOutput {
    /// x264 writes up to half as much again as it has coded, a start code, and up to 64 bytes past the end (x264.h).
    private static let overhang = 5 + 64
    /// Parameter sets, supplemental information and slice headers.
    private static let headers = 65_536

    private let memory: AnonymousMemory
    private let lastMacroblock: Int32
    private var count = 0
    private var lentCount = 0
    private(set) var holdsKeyFrame = false
    /// A unit found no room; the picture is lost.
    private(set) var isOverrun = false
    private var captureTime = MonotonicTime.zero
    private var submitTime = MonotonicTime.zero
    /// Takes what is done of a picture, up to its last slice.
    var beginning: ((EncodedAccessUnit) -> Void)?

    init(width: Int, height: Int) throws(DeviceError) {
        do {
            // Raw samples (PCM) are the most that a macroblock takes: 1.5 bytes a pixel.
            memory = try AnonymousMemory(byteCount: (width * height * 9 / 4 + Self.headers + 4095) & ~4095)
        } catch {
            throw DeviceError(device: X264Encoder.deviceName, error)
        }
        lastMacroblock = Int32(clamping: ((width + 15) / 16) * ((height + 15) / 16) - 1)
    }

    /// Bytes that a coded picture may take.
    var capacity: Int { memory.byteCount }

    // MARK: - Real-time

    func begin(captureTime: MonotonicTime, submitTime: MonotonicTime) {
        count = 0
        lentCount = 0
        holdsKeyFrame = false
        isOverrun = false
        self.captureTime = captureTime
        self.submitTime = submitTime
    }

    /// What was not lent yet; valid until `begin`.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[lentCount..<count]) }

    func append(_ unit: UnsafeMutablePointer<x264_nal_t>, of encoder: OpaquePointer) {
        let payload = Int(unit.pointee.i_payload)
        guard !isOverrun, payload >= 0, payload + payload / 2 + Self.overhang <= memory.byteCount - count else {
            isOverrun = true
            return
        }
        x264_nal_encode(encoder, memory.pointer(at: count).assumingMemoryBound(to: UInt8.self), unit)
        count += Int(unit.pointee.i_payload)
        let type = NALUnitType(rawValue: UInt8(clamping: unit.pointee.i_type))
        if type == .idrSlice { holdsKeyFrame = true }
        guard let beginning, type == .idrSlice || type == .nonIDRSlice, unit.pointee.i_last_mb < lastMacroblock else {
            return
        }
        let done = rest
        lentCount = count
        beginning(
            EncodedAccessUnit(
                bytes: done, captureTime: captureTime, submitTime: submitTime, isKeyFrame: holdsKeyFrame, isEnd: false))
    }
}
