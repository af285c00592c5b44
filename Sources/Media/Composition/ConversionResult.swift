/// What became of a picture.
package enum ConversionResult: Sendable, Equatable {
    case converted
    /// The picture is broken or shorter than its format says; the destination's pixels are worthless.
    case damaged
    /// No way from this format to that.
    case unsupported
}
