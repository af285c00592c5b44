import CDRM
import MediaTypes

/// A connector as it was found by a look at it.
struct KMSConnector {
    let identifier: UInt32
    /// Such as "HDMI-A-1".
    let name: String
    let isConnected: Bool
    /// Connected, or an output that cannot be probed: one without hot-plug detection or DDC has modes nevertheless, one of
    /// which should light it up (drm_connector.h, connector_status_unknown).
    let mayBeConnected: Bool
    /// Bit n: the card's CRTC number n can feed it.
    let possibleCRTCs: UInt32
    /// The CRTC that feeds it now; 0 for none.
    let currentCRTC: UInt32
    let modes: [drmModeModeInfo]

    /// Looks at a connector; the kernel reads the screen's EDID for it.
    init?(_ card: KMSCard, _ identifier: UInt32) {
        guard let connector = drmModeGetConnector(card.raw, identifier) else { return nil }
        defer { drmModeFreeConnector(connector) }
        self.identifier = identifier
        let type = drmModeGetConnectorTypeName(connector.pointee.connector_type).map { String(cString: $0) }
        name = "\(type ?? "Unknown")-\(connector.pointee.connector_type_id)"
        isConnected = connector.pointee.connection == DRM_MODE_CONNECTED
        modes = (0..<Int(connector.pointee.count_modes)).map { connector.pointee.modes[$0] }
        mayBeConnected =
            isConnected || connector.pointee.connection == DRM_MODE_UNKNOWNCONNECTION && !modes.isEmpty
        var possible: UInt32 = 0
        for index in 0..<Int(connector.pointee.count_encoders) {
            guard let encoder = drmModeGetEncoder(card.raw, connector.pointee.encoders[index]) else { continue }
            possible |= encoder.pointee.possible_crtcs
            drmModeFreeEncoder(encoder)
        }
        possibleCRTCs = possible
        var current: UInt32 = 0
        if let encoder = drmModeGetEncoder(card.raw, connector.pointee.encoder_id) {
            current = encoder.pointee.crtc_id
            drmModeFreeEncoder(encoder)
        }
        currentCRTC = current
    }

    var offers: [KMSModeOffer] { modes.map(Self.offer) }

    static func offer(_ info: drmModeModeInfo) -> KMSModeOffer {
        let total = Int(info.htotal) * Int(info.vtotal)
        let refresh = total > 0 ? (Int(info.clock) * 1_000_000 + total / 2) / total : Int(info.vrefresh) * 1000
        return KMSModeOffer(
            mode: DisplayMode(width: Int(info.hdisplay), height: Int(info.vdisplay), refreshMillihertz: refresh),
            isPreferred: info.type & UInt32(DRM_MODE_TYPE_PREFERRED) != 0,
            isInterlaced: info.flags & UInt32(DRM_MODE_FLAG_INTERLACE) != 0)
    }

    /// The connector to use: the one of that name, or the first with something plugged in, or else the first that may
    /// have.
    static func find(_ card: KMSCard, named wanted: String?) throws(DeviceError) -> KMSConnector {
        guard let resources = drmModeGetResources(card.raw) else { throw card.lastError("drmModeGetResources") }
        defer { drmModeFreeResources(resources) }
        var seen: [String] = []
        var unprobed: KMSConnector?
        for index in 0..<Int(resources.pointee.count_connectors) {
            guard let connector = KMSConnector(card, resources.pointee.connectors[index]) else { continue }
            seen.append(connector.name)
            if wanted == nil, !connector.isConnected {
                if connector.mayBeConnected, unprobed == nil { unprobed = connector }
                continue
            }
            guard wanted == nil || connector.name == wanted else { continue }
            guard connector.mayBeConnected else {
                throw DeviceError(
                    .gone, device: "screen", detail: "nothing is plugged into \(connector.name) of \(card.path)")
            }
            return connector
        }
        if let unprobed { return unprobed }
        if let wanted {
            throw DeviceError(
                .unsupported, device: "screen",
                detail: "\(card.path) has no connector \(wanted), only \(seen.joined(separator: ", "))")
        }
        throw DeviceError(
            .gone, device: "screen",
            detail: "nothing is plugged into \(seen.joined(separator: " or ")) of \(card.path)")
    }
}
