import CDRM
import MediaTypes

/// What a plane is for.
enum KMSPlaneType: UInt64 {
    case overlay = 0
    case primary = 1
    case cursor = 2
}

/// A plane of the display hardware and its properties.
struct KMSPlane {
    let identifier: UInt32
    let type: KMSPlaneType
    let possibleCRTCs: UInt32
    let formats: [UInt32]
    /// Higher ones cover lower ones; nil when the driver does not say.
    let z: UInt64?
    /// Whether it showed something when it was found.
    let wasActive: Bool
    let framebuffer: UInt32
    let crtc: UInt32
    /// SRC_X, SRC_Y, SRC_W, SRC_H in 1/65536 pixel.
    let source: (x: UInt32, y: UInt32, width: UInt32, height: UInt32)
    let destination: (x: UInt32, y: UInt32, width: UInt32, height: UInt32)
    /// FB_DAMAGE_CLIPS
    let damage: UInt32?
    /// COLOR_ENCODING and COLOR_RANGE with the values of their names.
    let encoding: KMSChoice?
    let range: KMSChoice?
    /// rotation, which mirrors too.
    let rotation: UInt32?
    /// How it is mixed with what is below it: "pixel blend mode", and alpha for the whole plane.
    let blending: KMSChoice?
    let alpha: UInt32?

    init(_ card: KMSCard, _ identifier: UInt32) throws(DeviceError) {
        guard let plane = drmModeGetPlane(card.raw, identifier) else { throw card.lastError("drmModeGetPlane") }
        defer { drmModeFreePlane(plane) }
        let properties = try card.properties(of: identifier, type: UInt32(DRM_MODE_OBJECT_PLANE))
        self.identifier = identifier
        type = KMSPlaneType(rawValue: properties.value("type") ?? 0) ?? .overlay
        possibleCRTCs = plane.pointee.possible_crtcs
        formats = (0..<Int(plane.pointee.count_formats)).map { plane.pointee.formats[$0] }
        z = properties.value("zpos")
        wasActive = (properties.value("CRTC_ID") ?? 0) != 0
        framebuffer = try properties.required("FB_ID")
        crtc = try properties.required("CRTC_ID")
        source = (
            try properties.required("SRC_X"), try properties.required("SRC_Y"), try properties.required("SRC_W"),
            try properties.required("SRC_H")
        )
        destination = (
            try properties.required("CRTC_X"), try properties.required("CRTC_Y"),
            try properties.required("CRTC_W"), try properties.required("CRTC_H")
        )
        damage = properties.identifier("FB_DAMAGE_CLIPS")
        encoding = KMSChoice(card, properties.identifier("COLOR_ENCODING"))
        range = KMSChoice(card, properties.identifier("COLOR_RANGE"))
        rotation = properties.identifier("rotation")
        blending = KMSChoice(card, properties.identifier("pixel blend mode"))
        alpha = properties.identifier("alpha")
    }

    /// All planes that can be shown on the CRTC with this number.
    static func all(_ card: KMSCard, crtcNumber: Int) throws(DeviceError) -> [KMSPlane] {
        guard let resources = drmModeGetPlaneResources(card.raw) else {
            throw card.lastError("drmModeGetPlaneResources")
        }
        defer { drmModeFreePlaneResources(resources) }
        var planes: [KMSPlane] = []
        for index in 0..<Int(resources.pointee.count_planes) {
            let plane = try KMSPlane(card, resources.pointee.planes[index])
            if plane.possibleCRTCs & (1 << UInt32(crtcNumber)) != 0 { planes.append(plane) }
        }
        return planes
    }
}

extension KMSAtomicRequest {
    /// Has a plane show the part `source` of a framebuffer at `destination`; further properties of it may follow.
    func show(_ plane: KMSPlane, _ framebuffer: UInt32, crtc: UInt32, source: Rect, destination: Rect) {
        begin(plane.identifier)
        set(plane.framebuffer, UInt64(framebuffer))
        set(plane.crtc, UInt64(crtc))
        set(plane.source.x, UInt64(clamping: source.x) << 16)
        set(plane.source.y, UInt64(clamping: source.y) << 16)
        set(plane.source.width, UInt64(clamping: source.width) << 16)
        set(plane.source.height, UInt64(clamping: source.height) << 16)
        set(plane.destination.x, UInt64(clamping: destination.x))
        set(plane.destination.y, UInt64(clamping: destination.y))
        set(plane.destination.width, UInt64(clamping: destination.width))
        set(plane.destination.height, UInt64(clamping: destination.height))
    }
}

/// An enumerated property and the values of its names.
struct KMSChoice {
    let identifier: UInt32
    private let values: [String: UInt64]

    init?(_ card: KMSCard, _ identifier: UInt32?) {
        guard let identifier, let property = drmModeGetProperty(card.raw, identifier) else { return nil }
        defer { drmModeFreeProperty(property) }
        self.identifier = identifier
        var values: [String: UInt64] = [:]
        for index in 0..<Int(property.pointee.count_enums) {
            let entry = property.pointee.enums[index]
            let name = withUnsafeBytes(of: entry.name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            values[name] = entry.value
        }
        self.values = values
    }

    /// The value whose name contains `text`; nil when there is none.
    func value(containing text: String) -> UInt64? { values.first { $0.key.contains(text) }?.value }
}
