/// Which Convene this is.
package enum ConveneVersion {
    /// By semantic versioning; what `--version` of each program prints, and the version of the Debian package.
    package static let current = "0.1.0"
}
