/// What this is a version of.
package enum ProductVersion {
    /// Nothing has been released yet.
    package static let text = "0.1-dev"
}
