package import LinuxSystem

/// What waiting for a device ended with.
package enum VideoSourceEvent: ~Copyable, Sendable {
    /// The next picture.
    case frame(FrameHandle)
    /// A picture that the device marked as broken was skipped; the stream goes on.
    case damaged
    /// `wake` became readable.
    case woken
    /// Nothing came within the time-out.
    case timedOut
}

/// A camera, or what stands for one. Opened, used and closed on one thread (the camera thread).
///
/// Swapped at run time, so it is used through an existential: one dynamic call per frame, no allocation.
package protocol VideoSource: AnyObject {
    /// The device as people know it.
    var name: String { get }
    /// What was negotiated.
    var format: VideoFormat { get }
    var frameRate: FrameRate { get }
    /// What its pictures' numbers stand for once they are NV12 or I420.
    var colours: PictureColours { get }
    /// Starts streaming; frames come from `nextFrame` afterwards.
    func start() throws(DeviceError)
    /// Blocks until a frame is there, `wake` is readable, or `timeout` nanoseconds have gone by.
    ///
    /// Throws `.gone` when the device has been unplugged; the source is then closed for good.
    func nextFrame(wake: BorrowedDescriptor, timeout: Int64) throws(DeviceError) -> VideoSourceEvent
    /// Stops streaming; frames still held by others stay valid.
    func stop()
    /// What can be adjusted, as the device lists it.
    func controls() -> [DeviceControl]
    /// Sets one of the listed controls.
    func setControl(_ identifier: String, to value: Int) throws(DeviceError)
    /// Asks a camera that encodes by itself for a key frame; ignored by others.
    func requestKeyFrame()
}

extension VideoSource {
    package var colours: PictureColours { PictureColours() }
}

/// An adjustable property of a device, such as brightness or pan.
package struct DeviceControl: Sendable, Equatable {
    /// Stable name: brightness, contrast, exposure_auto, exposure, pan, tilt, zoom, focus_auto, focus, …
    package var identifier: String
    package var minimum: Int
    package var maximum: Int
    package var step: Int
    package var defaultValue: Int
    package var value: Int
    /// Choices of a menu, by value.
    package var menu: [Int: String]
    package var isReadOnly: Bool

    package init(
        identifier: String, minimum: Int, maximum: Int, step: Int, defaultValue: Int, value: Int,
        menu: [Int: String] = [:], isReadOnly: Bool = false
    ) {
        self.identifier = identifier
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.defaultValue = defaultValue
        self.value = value
        self.menu = menu
        self.isReadOnly = isReadOnly
    }
}

/// How an encoder shall work. Width and height are those of the frames that will be submitted.
package struct VideoEncoderConfiguration: Sendable, Equatable {
    package var format: VideoFormat
    package var frameRate: FrameRate
    package var bitrate: BitsPerSecond
    /// `profile_idc`, constraint flags and `level_idc` as in SDP's profile-level-id: the most that the other side
    /// takes, such as 0x42E01F. The encoder writes the lowest level that size and rate need, within it.
    package var profileLevelID: UInt32
    /// Largest NAL unit in bytes when slices shall fit one packet (packetization mode 0); nil: no limit.
    package var maximumSliceBytes: Int?
    /// Frames between key frames when none is asked for; a long time, since the far end asks when it needs one.
    package var keyFrameInterval: Int
    /// Those of the first pictures, as far as it is known. Pictures with others are taken too, from a key frame on.
    package var colours: PictureColours

    package init(
        format: VideoFormat, frameRate: FrameRate, bitrate: BitsPerSecond, profileLevelID: UInt32,
        maximumSliceBytes: Int? = nil, keyFrameInterval: Int = 3000, colours: PictureColours = .init()
    ) {
        self.format = format
        self.frameRate = frameRate
        self.bitrate = bitrate
        self.profileLevelID = profileLevelID
        self.maximumSliceBytes = maximumSliceBytes
        self.keyFrameInterval = keyFrameInterval
        self.colours = colours
    }
}

/// What probing found an encoder or decoder able to do; published in status.
package struct VideoCodecCapabilities: Sendable, Equatable {
    /// Such as "x264" or "vh264enc (V4L2)".
    package var name: String
    package var isHardware: Bool
    package var forcesKeyFrames: Bool
    package var changesBitrateLive: Bool
    package var importsDMABUF: Bool
    package var inputFormats: [PixelFormat]
    /// Copies of a picture's pixels by the CPU inside the adapter, per frame.
    package var copiesPerFrame: Int
    /// Other findings as plain words, by key: quirks, alignment, controls missing.
    package var notes: [String: String]

    package init(
        name: String, isHardware: Bool, forcesKeyFrames: Bool, changesBitrateLive: Bool, importsDMABUF: Bool,
        inputFormats: [PixelFormat], copiesPerFrame: Int, notes: [String: String] = [:]
    ) {
        self.name = name
        self.isHardware = isHardware
        self.forcesKeyFrames = forcesKeyFrames
        self.changesBitrateLive = changesBitrateLive
        self.importsDMABUF = importsDMABUF
        self.inputFormats = inputFormats
        self.copiesPerFrame = copiesPerFrame
        self.notes = notes
    }
}

/// One encoded picture or its beginning, lent by an encoder; the bytes are valid inside the closure that receives it.
package struct EncodedAccessUnit {
    /// Annex-B NAL units: SPS and PPS first with each IDR. Without those that were lent as its beginning.
    package let bytes: UnsafeRawBufferPointer
    /// The capture time of the picture that was encoded.
    package let captureTime: MonotonicTime
    /// When the picture was submitted, for latency figures.
    package let submitTime: MonotonicTime
    /// Found by NAL unit type, never by a driver's flag.
    package let isKeyFrame: Bool
    /// False for the beginning of a picture that is still being coded.
    package let isEnd: Bool

    package init(
        bytes: UnsafeRawBufferPointer, captureTime: MonotonicTime, submitTime: MonotonicTime, isKeyFrame: Bool,
        isEnd: Bool = true
    ) {
        self.bytes = bytes
        self.captureTime = captureTime
        self.submitTime = submitTime
        self.isKeyFrame = isKeyFrame
        self.isEnd = isEnd
    }
}

package enum SubmitResult: Sendable, Equatable {
    case accepted
    /// All input buffers are in use: take output first. The frame was not taken.
    case full
}

/// An H.264 encoder. Opened, used and closed on one thread (the encode thread).
package protocol VideoEncoder: AnyObject {
    var capabilities: VideoCodecCapabilities { get }
    /// What it really runs with.
    var configuration: VideoEncoderConfiguration { get }
    /// Gives a picture in. The encoder shares the handle for as long as it needs the pixels.
    func submit(_ frame: borrowing FrameHandle, forceKeyFrame: Bool) throws(DeviceError) -> SubmitResult
    /// Becomes readable when output (or an error) can be taken; nil for an encoder whose output is there when
    /// `submit` returns.
    var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? { get }
    /// Lends the next finished picture to `body`; false when none is ready.
    func takeOutput(_ body: (EncodedAccessUnit) -> Void) throws(DeviceError) -> Bool
    /// From before the first picture on: lends `body` the slices of that one which are done while the others are still
    /// being coded, from within `submit`, so that it is on its way sooner. The rest comes by `takeOutput`; where
    /// `submit` throws, it does not. An encoder that gives its pictures whole leaves it at that.
    func lendBeginning(to body: @escaping (EncodedAccessUnit) -> Void)
    /// Changes the rate while running; false when the encoder has to be opened anew for it.
    func setBitrate(_ bitrate: BitsPerSecond) throws(DeviceError) -> Bool
    /// How many pictures are inside, and since when the oldest is; the stall watch reads it.
    var pending: (count: Int, since: MonotonicTime) { get }
}

extension VideoEncoder {
    package func lendBeginning(to body: @escaping (EncodedAccessUnit) -> Void) {}
}

/// What a decoder made of an access unit.
package enum DecodeResult: Sendable, Equatable {
    case accepted
    /// All input buffers are in use: take frames first. The access unit was not taken.
    case full
    /// References are missing or the stream is broken: ask the sender for a key frame.
    case needsKeyFrame
}

/// An H.264 decoder. Opened, used and closed on one thread (the decode thread).
package protocol VideoDecoder: AnyObject {
    var capabilities: VideoCodecCapabilities { get }
    /// Gives one access unit in (Annex-B, the bytes are copied or consumed before the call returns).
    ///
    /// - Parameters:
    ///   - captureTime: comes out with the picture as `VideoFrame.captureTime`.
    ///   - isKeyFrame: whether it holds an IDR.
    func decode(
        _ accessUnit: UnsafeRawBufferPointer, captureTime: MonotonicTime, isKeyFrame: Bool
    ) throws(DeviceError) -> DecodeResult
    /// The next finished picture, nil when none is ready.
    func takeFrame() throws(DeviceError) -> FrameHandle?
    /// Becomes readable when a frame (or an event) can be taken; nil for a decoder that decodes within `decode`.
    var outputDescriptor: (descriptor: BorrowedDescriptor, interest: Readiness)? { get }
    /// How many pictures are inside, and since when the oldest is.
    var pending: (count: Int, since: MonotonicTime) { get }
}
