/// What the status says under `calls`, read by programs that only want to know whether the room is talking.
package enum CallsStatus {
    /// Whether a call rings, is being set up or goes on. Ended calls stay in the status for a while and do not count.
    ///
    /// - Parameter calls: the object under the path `calls`, by call number; nil and anything else hold no call.
    package static func isAnyLiving(_ calls: JSONValue?) -> Bool {
        (calls?.objectValue ?? [:]).values.contains { call in
            call.objectValue != nil && call["state"]?.stringValue != "ended"
        }
    }
}
