internal import CAVCodec
import CLoadedLibraries

/// The functions of libavcodec and libavutil that decoding needs, found at run time.
///
/// Opened when the first decoder is made instead of linked, they cost an idle room nothing. Those beside the program
/// (RUNPATH) hold the H.264 decoder alone; without them Debian's are taken, which bring about sixty other libraries
/// into the process: 15 MB and 16 ms, of which 9 MB are given back at once, pages that only the loader has read
/// (`.decisions/0011`). The major version is that of the headers, so that the structures fit.
struct AVCLibrary: @unchecked Sendable {
    // @unchecked: addresses of functions, which never change.

    typealias Context = UnsafeMutablePointer<AVCodecContext>
    typealias Packet = UnsafeMutablePointer<AVPacket>
    typealias Frame = UnsafeMutablePointer<AVFrame>
    typealias Buffer = UnsafeMutablePointer<AVBufferRef>
    typealias FreeBuffer = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?) -> Void

    let version: @convention(c) () -> UInt32
    let findDecoder: @convention(c) (AVCodecID) -> UnsafePointer<AVCodec>?
    let allocateContext: @convention(c) (UnsafePointer<AVCodec>?) -> Context?
    let open: @convention(c) (Context?, UnsafePointer<AVCodec>?, UnsafeMutablePointer<OpaquePointer?>?) -> Int32
    let freeContext: @convention(c) (UnsafeMutablePointer<Context?>?) -> Void
    let sendPacket: @convention(c) (Context?, UnsafePointer<AVPacket>?) -> Int32
    let receiveFrame: @convention(c) (Context?, Frame?) -> Int32
    let defaultGetBuffer: @convention(c) (Context?, Frame?, Int32) -> Int32
    let allocatePacket: @convention(c) () -> Packet?
    let freePacket: @convention(c) (UnsafeMutablePointer<Packet?>?) -> Void
    let allocateFrame: @convention(c) () -> Frame?
    let freeFrame: @convention(c) (UnsafeMutablePointer<Frame?>?) -> Void
    let unreferenceFrame: @convention(c) (Frame?) -> Void
    let allocateBuffer: @convention(c) (Int) -> Buffer?
    let unreferenceBuffer: @convention(c) (UnsafeMutablePointer<Buffer?>?) -> Void
    let errorText: @convention(c) (Int32, UnsafeMutablePointer<CChar>?, Int) -> Int32

    /// Opened on first use, for the life of the process; the reason in words when that fails.
    static let shared: Result<AVCLibrary, Missing> = load()

    struct Missing: Error {
        let reason: String
    }

    private static func load() -> Result<AVCLibrary, Missing> {
        do throws(Missing) {
            convene_note_libraries()
            defer { convene_release_new_libraries() }
            // First, so that libavcodec takes the one from beside the program too.
            let util = try library("libavutil.so.\(CONVENE_AVUTIL_MAJOR)")
            let codec = try library("libavcodec.so.\(CONVENE_AVCODEC_MAJOR)")
            convene_av_silence(try address("av_log_set_callback", util))
            return .success(try AVCLibrary(codec: codec, util: util))
        } catch {
            return .failure(error)
        }
    }

    private init(codec: UnsafeMutableRawPointer, util: UnsafeMutableRawPointer) throws(Missing) {
        version = try Self.function("avcodec_version", codec)
        findDecoder = try Self.function("avcodec_find_decoder", codec)
        allocateContext = try Self.function("avcodec_alloc_context3", codec)
        open = try Self.function("avcodec_open2", codec)
        freeContext = try Self.function("avcodec_free_context", codec)
        sendPacket = try Self.function("avcodec_send_packet", codec)
        receiveFrame = try Self.function("avcodec_receive_frame", codec)
        defaultGetBuffer = try Self.function("avcodec_default_get_buffer2", codec)
        allocatePacket = try Self.function("av_packet_alloc", codec)
        freePacket = try Self.function("av_packet_free", codec)
        allocateFrame = try Self.function("av_frame_alloc", util)
        freeFrame = try Self.function("av_frame_free", util)
        unreferenceFrame = try Self.function("av_frame_unref", util)
        allocateBuffer = try Self.function("av_buffer_allocz", util)
        unreferenceBuffer = try Self.function("av_buffer_unref", util)
        errorText = try Self.function("av_strerror", util)
    }

    private static func library(_ name: String) throws(Missing) -> UnsafeMutableRawPointer {
        guard let handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { throw Missing(reason: "dlopen: \(lastError())") }
        return handle
    }

    private static func address(
        _ symbol: String, _ library: UnsafeMutableRawPointer
    ) throws(Missing) -> UnsafeMutableRawPointer {
        guard let address = dlsym(library, symbol) else { throw Missing(reason: "dlsym: \(lastError())") }
        return address
    }

    private static func function<Function>(
        _ symbol: String, _ library: UnsafeMutableRawPointer
    ) throws(Missing) -> Function {
        unsafeBitCast(try address(symbol, library), to: Function.self)
    }

    private static func lastError() -> String {
        guard let text = dlerror() else { return "unknown error" }
        return String(cString: text)
    }

    /// libavcodec's own words for one of its error numbers.
    func words(for code: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        guard errorText(code, &text, text.count) == 0 else { return "error \(code)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + " (\(code))"
    }
}
