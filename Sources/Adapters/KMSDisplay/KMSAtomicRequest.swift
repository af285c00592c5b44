import CDRM
import LinuxSystem

/// The properties of one atomic commit, in memory that is taken once (DRM_IOCTL_MODE_ATOMIC).
final class KMSAtomicRequest {
    static let maximumObjects = 48
    static let maximumProperties = 256

    private let objects: UnsafeMutablePointer<UInt32>
    private let counts: UnsafeMutablePointer<UInt32>
    private let properties: UnsafeMutablePointer<UInt32>
    private let values: UnsafeMutablePointer<UInt64>
    private(set) var objectCount = 0
    private(set) var propertyCount = 0

    init() {
        objects = .allocate(capacity: Self.maximumObjects)
        counts = .allocate(capacity: Self.maximumObjects)
        properties = .allocate(capacity: Self.maximumProperties)
        values = .allocate(capacity: Self.maximumProperties)
    }

    deinit {
        objects.deallocate()
        counts.deallocate()
        properties.deallocate()
        values.deallocate()
    }

    // MARK: - Real-time

    func clear() {
        objectCount = 0
        propertyCount = 0
    }

    /// The next properties belong to this object; each object at most once.
    func begin(_ object: UInt32) {
        precondition(objectCount < Self.maximumObjects, "objects of an atomic commit")
        objects[objectCount] = object
        counts[objectCount] = 0
        objectCount += 1
    }

    func set(_ property: UInt32, _ value: UInt64) {
        precondition(objectCount > 0 && propertyCount < Self.maximumProperties, "properties of an atomic commit")
        properties[propertyCount] = property
        values[propertyCount] = value
        propertyCount += 1
        counts[objectCount - 1] += 1
    }

    /// - Parameters:
    ///   - flags: DRM_MODE_ATOMIC_* and DRM_MODE_PAGE_FLIP_EVENT.
    ///   - token: comes back in the flip event.
    /// - Returns: 0 or the error number.
    func commit(_ descriptor: BorrowedDescriptor, flags: Int32, token: UInt64 = 0) -> Int32 {
        var argument = drm_mode_atomic()
        argument.flags = UInt32(bitPattern: flags)
        argument.count_objs = UInt32(objectCount)
        argument.objs_ptr = UInt64(UInt(bitPattern: objects))
        argument.count_props_ptr = UInt64(UInt(bitPattern: counts))
        argument.props_ptr = UInt64(UInt(bitPattern: properties))
        argument.prop_values_ptr = UInt64(UInt(bitPattern: values))
        argument.user_data = token
        return descriptor.ioctlStatus(CONVENE_DRM_IOCTL_MODE_ATOMIC, &argument)
    }
}
