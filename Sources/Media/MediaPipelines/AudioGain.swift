/// Volume in per cent to a factor.
enum AudioGain {
    /// In 256ths: 0 at 0 %, −40 dB at 1 %, 0 dB at 100 %, straight in decibels between.
    static func factor(percent: Int) -> Int {
        guard percent > 0 else { return 0 }
        guard percent < 100 else { return 256 }
        // 10^(−2 · (1 − percent/100)) by repeated multiplication: no libm call, and it runs only on a change.
        let step = 0.954_992_586_021_436  // 10^(−0.02)
        var factor = 256.0
        for _ in percent..<100 { factor *= step }
        return max(Int(factor.rounded()), 1)
    }
}
