import AsyncControlClient
import ControlClient
import ControlProtocol
import LinuxSystem

/// Pictures of the room's screen for the pages that look at it: taken only when asked for, at most one a second for all
/// pages together, and sent only to who has not seen it yet.
actor ScreenPictures {
    struct Picture: Sendable {
        let png: [UInt8]
        /// Changes with the picture (RFC 9110 §8.8.3).
        let tag: String
    }

    private let link: RoomLink
    private let interval: Duration
    private var newest: (picture: Picture, taken: MonotonicTime)?
    private var running: Task<Result<Picture, ControlClientError>, Never>?
    /// Taken since the start, for tests.
    private(set) var taken = 0

    init(link: RoomLink, interval: Duration = .seconds(1)) {
        self.link = link
        self.interval = interval
    }

    /// A picture that is at most an interval old.
    func picture() async throws(ControlClientError) -> Picture {
        if let newest, MonotonicTime.now - newest.taken < interval.nanoseconds { return newest.picture }
        // Who comes while one is being taken gets the same.
        let task = running ?? Task { await self.take() }
        running = task
        return try await task.value.get()
    }

    private func take() async -> Result<Picture, ControlClientError> {
        defer { running = nil }
        do throws(ControlClientError) {
            let answer = try await link.request("screen.capture", ["inline": true], timeout: .seconds(15))
            guard let png = answer["png"]?.stringValue.flatMap(Base64.decode) else {
                throw ControlClientError.protocolViolation("a picture that is no base64")
            }
            taken += 1
            let tag = "\"\(Secrets.hexadecimal(Secrets.sha256(png).prefix(12)))\""
            let picture = Picture(png: png, tag: tag)
            newest = (picture, .now)
            return .success(picture)
        } catch {
            return .failure(error)
        }
    }
}
