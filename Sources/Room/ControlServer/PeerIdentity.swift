import Glibc
import LinuxSystem
import NIOCore

/// What the kernel says about the process at the other end.
struct PeerIdentity {
    let credentials: PeerCredentials
    /// Supplementary groups.
    let groups: Set<UInt32>

    /// The layout of `struct ucred` (unix(7)): process, user, group.
    private typealias Credentials = InlineArray<3, UInt32>
    /// Room for as many groups as a person is ever in; the kernel refuses with ERANGE when there are more, and then only
    /// the primary group counts.
    private typealias Groups = InlineArray<256, UInt32>

    /// Asks for SO_PEERCRED and SO_PEERGROUPS; nil goes to `completion` when the first cannot be had.
    ///
    /// On the event loop, `completion` too. Groups that getsockopt did not write are 0, so membership in group 0 shows
    /// in the credentials only.
    static func ask(_ channel: any Channel, completion: @escaping (PeerIdentity?) -> Void) {
        guard let options = channel as? any SocketOptionProvider else {
            completion(nil)
            return
        }
        let credentials: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        let groups: EventLoopFuture<Groups> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERGROUPS))
        let bound = NIOLoopBound(completion, eventLoop: channel.eventLoop)
        credentials.and(groups.map { Optional($0) }.recover { _ in nil }).whenComplete { result in
            guard case .success((let credentials, let groups)) = result else {
                bound.value(nil)
                return
            }
            bound.value(
                PeerIdentity(
                    credentials: PeerCredentials(
                        processID: Int32(truncatingIfNeeded: credentials[0]), userID: credentials[1],
                        groupID: credentials[2]),
                    groups: Self.set(groups)))
        }
    }

    private static func set(_ groups: Groups?) -> Set<UInt32> {
        guard let groups else { return [] }
        var set: Set<UInt32> = []
        for index in groups.indices where groups[index] != 0 { set.insert(groups[index]) }
        return set
    }
}
