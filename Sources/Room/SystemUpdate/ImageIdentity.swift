/// What system this is, from os-release(5).
package struct ImageIdentity: Sendable, Equatable {
    /// IMAGE_ID, such as "convene-raspberry-pi-4"; a bundle for this box has the same name in it.
    package let image: String
    /// IMAGE_VERSION.
    package let version: String

    /// - Parameter text: os-release. Nil when it is not an image of Convene.
    package init?(parsing text: String) {
        var values: [Substring: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = parts.first, let value = parts.last else { continue }
            values[name] = String(value.drop { $0 == "\"" }.prefix { $0 != "\"" })
        }
        guard let image = values["IMAGE_ID"], image.hasPrefix("convene-"), let version = values["IMAGE_VERSION"] else {
            return nil
        }
        self.image = image
        self.version = version
    }
}
