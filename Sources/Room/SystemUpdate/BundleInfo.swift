package import ControlProtocol

/// What `rauc info --output-format=json` says of a bundle, its signature checked.
package struct BundleInfo: Sendable, Equatable {
    /// Which board's images it may replace.
    package let compatible: String
    package let version: String

    package init?(_ json: JSONValue) {
        // RAUC up to 1.8 has the fields at the top, later ones below "update".
        let update = json["update"] ?? json
        guard let compatible = update["compatible"]?.stringValue, let version = update["version"]?.stringValue else {
            return nil
        }
        self.compatible = compatible
        self.version = version
    }
}
