import CDRM
import Glibc
import LinuxSystem
import MediaTypes

/// An open DRM card of which this process is the master, with atomic modesetting.
final class KMSCard {
    private let descriptor: FileDescriptor
    let path: String

    /// Throws `.busy` with the names of who holds the card, when somebody does.
    init(path: String) throws(DeviceError) {
        self.path = path
        let device = "screen card \(path)"
        do throws(SystemError) {
            descriptor = try FileDescriptor.open(path, flags: O_RDWR | O_NONBLOCK)
        } catch {
            throw DeviceError(device: device, error)
        }
        let raw = descriptor.borrowed.rawValue
        if drmSetMaster(raw) != 0 {
            let error = SystemError.last("drmSetMaster")
            let holders = DescriptorHolders.describe(path)
            let who =
                holders.isEmpty
                ? "another program holds the screen, one that this user may not look at"
                : "the screen is held by " + holders.joined(separator: ", ")
            throw DeviceError(.busy, device: device, detail: "\(error); \(who)")
        }
        let capabilities: [(UInt64, String)] = [
            (UInt64(DRM_CLIENT_CAP_UNIVERSAL_PLANES), "DRM_CLIENT_CAP_UNIVERSAL_PLANES"),
            (UInt64(DRM_CLIENT_CAP_ATOMIC), "DRM_CLIENT_CAP_ATOMIC"),
        ]
        for (capability, name) in capabilities where drmSetClientCap(raw, capability, 1) != 0 {
            let error = SystemError.last("drmSetClientCap(\(name))")
            throw DeviceError(
                .unsupported, device: device, detail: "\(error); the driver lacks atomic modesetting")
        }
        var dumb: UInt64 = 0
        guard drmGetCap(raw, UInt64(DRM_CAP_DUMB_BUFFER), &dumb) == 0, dumb != 0 else {
            throw DeviceError(.unsupported, device: device, detail: "the driver has no dumb buffers")
        }
    }

    deinit { _ = drmDropMaster(raw) }

    /// Lent to calls of libdrm; valid while the card lives.
    var raw: Int32 { descriptor.borrowed.rawValue }

    var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Such as "vc4".
    var driverName: String {
        guard let version = drmGetVersion(raw) else { return "unknown" }
        defer { drmFreeVersion(version) }
        guard let name = version.pointee.name else { return "unknown" }
        return String(cString: name)
    }

    /// The last failed call of libdrm on this card; call it on the next line.
    func lastError(_ operation: String) -> DeviceError {
        DeviceError(device: "screen card \(path)", SystemError.last(operation))
    }

    func error(_ operation: String, errno: Int32) -> DeviceError {
        DeviceError(device: "screen card \(path)", SystemError(operation: operation, errno: errno))
    }

    /// The properties of an object, by name: their ids and values now.
    func properties(of object: UInt32, type: UInt32) throws(DeviceError) -> KMSProperties {
        guard let list = drmModeObjectGetProperties(raw, object, type) else {
            throw lastError("drmModeObjectGetProperties(\(object))")
        }
        defer { drmModeFreeObjectProperties(list) }
        var result = KMSProperties(object: object)
        for index in 0..<Int(list.pointee.count_props) {
            guard let property = drmModeGetProperty(raw, list.pointee.props[index]) else { continue }
            defer { drmModeFreeProperty(property) }
            let name = withUnsafeBytes(of: property.pointee.name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            result.add(name, identifier: property.pointee.prop_id, value: list.pointee.prop_values[index])
        }
        return result
    }
}

/// The properties of one DRM object by name.
struct KMSProperties {
    let object: UInt32
    private var identifiers: [String: UInt32] = [:]
    private var values: [String: UInt64] = [:]

    init(object: UInt32) { self.object = object }

    mutating func add(_ name: String, identifier: UInt32, value: UInt64) {
        identifiers[name] = identifier
        values[name] = value
    }

    func identifier(_ name: String) -> UInt32? { identifiers[name] }
    func value(_ name: String) -> UInt64? { values[name] }

    func required(_ name: String) throws(DeviceError) -> UInt32 {
        guard let identifier = identifiers[name] else {
            throw DeviceError(
                .unsupported, device: "DRM object \(object)", detail: "the driver has no property \(name)")
        }
        return identifier
    }
}
