import CDRM
import MediaTypes

/// The way from a plane through a CRTC to a connector: which objects are used, found by looking at the card.
struct KMSPipe {
    let connector: KMSConnector
    let connectorCRTC: UInt32
    let crtc: UInt32
    let crtcActive: UInt32
    let crtcMode: UInt32
    let primary: KMSPlane
    /// Planes above the primary one that take NV12, from the lowest to the highest.
    let overlays: [KMSPlane]
    /// Other planes that showed something on this CRTC, as a cursor or a boot picture does.
    let strays: [KMSPlane]

    init(_ card: KMSCard, _ configuration: KMSDisplayConfiguration) throws(DeviceError) {
        connector = try KMSConnector.find(card, named: configuration.connector)
        let (crtc, number) = try Self.chooseCRTC(card, for: connector)
        self.crtc = crtc
        connectorCRTC = try card.properties(of: connector.identifier, type: UInt32(DRM_MODE_OBJECT_CONNECTOR))
            .required("CRTC_ID")
        let properties = try card.properties(of: crtc, type: UInt32(DRM_MODE_OBJECT_CRTC))
        crtcActive = try properties.required("ACTIVE")
        crtcMode = try properties.required("MODE_ID")
        let planes = try KMSPlane.all(card, crtcNumber: number)
        let primary = planes.first { $0.type == .primary && $0.formats.contains(CONVENE_DRM_FORMAT_XRGB8888) }
        guard let primary else {
            throw DeviceError(
                .unsupported, device: "screen card \(card.path)", detail: "no primary plane takes XRGB8888")
        }
        self.primary = primary
        let above = planes.filter { plane in
            guard plane.type == .overlay, plane.formats.contains(CONVENE_DRM_FORMAT_NV12) else { return false }
            guard let z = plane.z, let base = primary.z else { return true }
            return z > base
        }
        // Without z positions planes lie in the order of their ids.
        overlays = above.sorted { ($0.z ?? 0, $0.identifier) < ($1.z ?? 0, $1.identifier) }
        strays = planes.filter { $0.identifier != primary.identifier && $0.wasActive }
    }

    /// The CRTC that feeds the connector now, else one that is idle, else any that can; and its number.
    private static func chooseCRTC(
        _ card: KMSCard, for connector: KMSConnector
    ) throws(DeviceError) -> (identifier: UInt32, number: Int) {
        guard let resources = drmModeGetResources(card.raw) else { throw card.lastError("drmModeGetResources") }
        defer { drmModeFreeResources(resources) }
        let count = min(Int(resources.pointee.count_crtcs), 32)
        var usable: [(identifier: UInt32, number: Int)] = []
        for number in 0..<count where connector.possibleCRTCs & (1 << UInt32(number)) != 0 {
            usable.append((resources.pointee.crtcs[number], number))
        }
        if let current = usable.first(where: { $0.identifier == connector.currentCRTC }) { return current }
        let idle = usable.first { candidate in
            guard let crtc = drmModeGetCrtc(card.raw, candidate.identifier) else { return false }
            defer { drmModeFreeCrtc(crtc) }
            return crtc.pointee.mode_valid == 0
        }
        guard let chosen = idle ?? usable.first else {
            throw DeviceError(
                .unsupported, device: "screen card \(card.path)", detail: "no CRTC can feed \(connector.name)")
        }
        return chosen
    }
}
