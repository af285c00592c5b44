import ArgumentParser
import AsyncControlClient
import ControlClient
import ControlProtocol
import Logging
import NIOCore
import ServiceLog

/// Asks the room how its panel is to listen.
struct SettingsReader {
    struct Settings {
        let panel: JSONValue
        let language: String?
    }

    let socket: String
    let group: any EventLoopGroup
    let logger: Logger

    /// The room's settings.
    ///
    /// - Parameter waits: tries until the room answers; else one try, and nil when it does not.
    func read(waits: Bool) async throws -> Settings? {
        var pause = Duration.milliseconds(250)
        var isFirst = true
        while true {
            do throws(ControlClientError) {
                return try await ask()
            } catch .refused(let error) {
                StandardError.write("convene-panel: the room does not tell its settings: \(error.message)")
                throw ExitCode(69)
            } catch {
                guard waits else { return nil }
                if isFirst { logger.warning("waiting for the room", metadata: ["reason": "\(error)"]) }
                isFirst = false
            }
            try await Task.sleep(for: pause, tolerance: pause / 10)
            pause = min(pause * 2, .seconds(5))
        }
    }

    private func ask() async throws(ControlClientError) -> Settings {
        let session = try await ControlSession.connect(path: socket, group: group)
        defer { session.close() }
        let all = try await session.request(.configGet)
        return Settings(
            panel: all["value"]?["panel"] ?? .emptyObject,
            language: all["value"]?["display"]?["language"]?.stringValue)
    }
}
