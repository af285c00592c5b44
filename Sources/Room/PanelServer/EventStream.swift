import HTTPTypes
import HummingbirdCore
import NIOCore

/// Writes one page's events until the page goes, is too slow, or the hub ends it.
struct EventStream {
    let hub: EventHub
    let number: Int
    let channel: any Channel

    func serve(
        _ events: AsyncStream<ByteBuffer>, head: HTTPResponse, _ writer: consuming ResponseWriter
    ) async throws {
        channel.closeFuture.whenComplete { [hub, number] _ in
            Task { await hub.close(number) }
        }
        do {
            var body = try await writer.writeHead(head)
            // How long a browser waits before it comes back by itself.
            try await body.write(ByteBuffer(string: "retry: 1000\n\n"))
            for await event in events { try await body.write(event) }
        } catch {
            // The page is gone.
        }
        await hub.close(number)
        // A slow page has bytes left that it will not take: nothing is waited for.
        channel.close(mode: .all, promise: nil)
    }
}
