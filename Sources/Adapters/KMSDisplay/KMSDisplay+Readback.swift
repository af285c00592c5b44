import CDRM
import Composition
import LinuxSystem
package import MediaTypes

extension KMSDisplay {
    package func readScreen(into pixels: UnsafeMutableRawBufferPointer, stride: Int) throws(DeviceError) {
        guard let target = pixels.baseAddress, stride >= mode.width * 4, pixels.count >= stride * mode.height,
            buffers.indices.contains(front), let source = buffers[front].base
        else { throw DeviceError(.unsupported, device: name, detail: "readScreen: the memory is too small") }
        let from = buffers[front].stride
        for row in 0..<mode.height {
            if isActive {
                (target + row * stride).copyMemory(from: source + row * from, byteCount: mode.width * 4)
            } else {
                (target + row * stride).initializeMemory(as: UInt8.self, repeating: 0, count: mode.width * 4)
            }
        }
        if !isActive { return }
        for overlay in overlays {
            guard let frame = overlay.currentFrame, let shape = overlay.currentShape else { continue }
            let destination = shape.destination.intersection(mode.bounds)
            try withMappedPlanes(of: frame) { mapped in
                ScreenReader.paint(
                    mapped, source: shape.source, destination: destination, isMirrored: shape.isMirrored, onto: target,
                    stride: stride)
            }
        }
    }

    /// Lends the picture with its planes in memory; those that are not are mapped for as long.
    private func withMappedPlanes(
        of frame: VideoFrame, _ body: (VideoFrame) -> Void
    ) throws(DeviceError) {
        if frame.planes.0.base != nil, frame.planes.1.base != nil || frame.format.pixelFormat.planeCount == 1 {
            body(frame)
            return
        }
        guard let luma = frame.planes.0.dmabuf, let chroma = frame.planes.1.dmabuf else { return }
        var mapped = frame
        do throws(SystemError) {
            let lumaMemory = try MappedMemory(
                luma, byteCount: frame.planes.0.dmabufOffset + frame.planes.0.byteCount, offset: 0)
            let chromaMemory = try MappedMemory(
                chroma, byteCount: frame.planes.1.dmabufOffset + frame.planes.1.byteCount, offset: 0)
            mapped.planes.0.base = lumaMemory.bytes.baseAddress.map { $0 + frame.planes.0.dmabufOffset }
            mapped.planes.1.base = chromaMemory.bytes.baseAddress.map { $0 + frame.planes.1.dmabufOffset }
            try synchronize(luma, chroma, CONVENE_DMA_BUF_SYNC_START_READ)
            body(mapped)
            try synchronize(luma, chroma, CONVENE_DMA_BUF_SYNC_END_READ)
            _ = consume lumaMemory
            _ = consume chromaMemory
        } catch {
            throw DeviceError(device: name, error)
        }
    }

    private func synchronize(
        _ luma: BorrowedDescriptor, _ chroma: BorrowedDescriptor, _ flags: UInt64
    ) throws(SystemError) {
        var argument = dma_buf_sync()
        argument.flags = flags
        try luma.ioctl(CONVENE_DMA_BUF_IOCTL_SYNC, named: "DMA_BUF_IOCTL_SYNC", &argument)
        if chroma != luma { try chroma.ioctl(CONVENE_DMA_BUF_IOCTL_SYNC, named: "DMA_BUF_IOCTL_SYNC", &argument) }
    }
}
