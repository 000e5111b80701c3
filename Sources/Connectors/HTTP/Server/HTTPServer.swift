package import Columnar
import Formats
import NIOCore
import NIOPosix

/// A server for a function: takes events and tells how the function is. One thread serves all connections.
package final class HTTPServer: Sendable {
    package let meters = HTTPMeters()
    /// The port that is listened on.
    package let port: Int
    package let host: String
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let core: HTTPServerCore

    /// Listens at once.
    ///
    /// - Parameter port: 0 takes a free one.
    package init(host: String, port: Int, router: HTTPRouter) throws(SwiftwaterError) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let core = HTTPServerCore(loop: group.next(), router: router, meters: meters)
        let bound = Result {
            try ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.maxMessagesPerRead, value: 64)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: false)
                .childChannelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 4096, maximum: 1 << 20)
                )
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(HTTPConnection(core))
                    }
                }
                .bind(host: host, port: port).wait()
        }
        switch bound {
        case .success(let channel): self.channel = channel
        case .failure(let error):
            try? group.syncShutdownGracefully()
            throw SwiftwaterError(
                .io, "cannot listen on \(host):\(port): \(Self.reason(error))",
                hint: "choose another port; 0 takes a free one")
        }
        self.group = group
        self.core = core
        self.host = host
        self.port = channel.localAddress?.port ?? port
        core.start()
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        return "\(error)"
    }

    /// Takes no further connections, and closes those that wait for nothing; what is being answered is finished.
    package func stopAccepting() {
        channel.close(promise: nil)
        core.loop.execute { [core] in core.beginClosing() }
    }

    /// Ends everything, after `stopAccepting` and a moment for the last answers.
    package func close() {
        stopAccepting()
        core.stop()
        try? core.loop.submit { [core] in core.closeAll() }.wait()
        try? group.syncShutdownGracefully()
    }
}
