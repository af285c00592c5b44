/// How x264 shall spend its time; what does not come from the call's negotiation.
package struct X264Options: Sendable, Equatable {
    /// One of x264's presets. `superfast` is the fastest that keeps the transform and the deblocking filter, and so
    /// the picture: at 720p30 and 1.5 Mbit/s `ultrafast` loses about 0.02 SSIM for a third of the time.
    package var preset: String
    /// Threads that share a picture as slices; no picture is delayed by them. 1: no thread of its own.
    package var threads: Int
    /// How much of the rate may leave at once: the size of the VBV buffer.
    ///
    /// A paced sender needs this long to bring out the largest picture, so it bounds the delay of a key frame. In turn
    /// key frames get coarse: at 720p30 and 1.5 Mbit/s one asked for in a call has an SSIM of 0.80 with 34 ms (one
    /// picture), 0.90 with 100, 0.935 with 200 and 0.948 with 400; x264 gives it half of the burst at most.
    package var burst: Duration
    /// The finest quantiser. Below it a still picture would only spend bits on the camera's noise.
    package var minimumQuantizer: Int

    package init(
        preset: String = "superfast", threads: Int = 1, burst: Duration = .milliseconds(200),
        minimumQuantizer: Int = 16
    ) {
        self.preset = preset
        self.threads = threads
        self.burst = burst
        self.minimumQuantizer = minimumQuantizer
    }
}
