package dev.argyle.server.net;

import java.nio.channels.SocketChannel;

/** Makes sockets of NIO from channels, for tests of other rooms. */
public final class NioSockets {

  private NioSockets() {}

  /**
   * @param channel non-blocking
   */
  public static StreamSocket of(NioSocketLoop loop, SocketChannel channel) {
    return new NioStreamSocket(loop, channel);
  }
}
