import NIOCore

/// A file of the page, held in memory.
package struct PanelAsset: Sendable {
    package let path: String
    let type: String
    let tag: String
    let body: ByteBuffer

    /// - Parameter path: as browsers ask for it, such as `/panel.css`; the ending gives the type.
    package init(path: String, bytes: [UInt8]) {
        self.path = path
        tag = "\"\(Secrets.hexadecimal(Secrets.sha256(bytes).prefix(12)))\""
        body = ByteBuffer(bytes: bytes)
        let ending = path.split(separator: ".").last.map(String.init) ?? ""
        type =
            switch ending {
            case "css": "text/css; charset=utf-8"
            case "js": "text/javascript; charset=utf-8"
            case "svg": "image/svg+xml"
            case "webmanifest": "application/manifest+json"
            default: "text/html; charset=utf-8"
            }
    }
}
