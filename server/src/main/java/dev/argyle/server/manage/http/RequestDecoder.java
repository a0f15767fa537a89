package dev.argyle.server.manage.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Reads requests, strictly: where two readers of the same octets could see different requests
 * (request smuggling), this one sees none. Tells the connection when the first octets of a request
 * come. Belongs to its connection's loop.
 */
final class RequestDecoder extends HttpRequestDecoder {

  /** Of the request line; the longest target of ours has a user's name of 255 octets, encoded. */
  static final int MAX_LINE_OCTETS = 8 * 1024;

  /** Of all headers together; a browser sends less than 2 KiB. */
  static final int MAX_HEADERS_OCTETS = 16 * 1024;

  private static final int TLS_HANDSHAKE = 0x16;

  private final Runnable begins;
  private boolean begun;
  private boolean likeTls;

  /**
   * @param begins called at the first octets of a request
   */
  RequestDecoder(Runnable begins) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_OCTETS)
            .setMaxHeaderSize(MAX_HEADERS_OCTETS)
            .setStrictLineParsing(true)
            .setAllowDuplicateContentLengths(false));
    this.begins = begins;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (!begun && message instanceof ByteBuf octets && octets.isReadable()) {
      begun = true;
      likeTls = octets.getUnsignedByte(octets.readerIndex()) == TLS_HANDSHAKE;
      begins.run();
    }
    super.channelRead(context, message);
  }

  /** Whether some octets of a request have come, and not all of it. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether it began as a client does that wants TLS. */
  boolean beganLikeTls() {
    return likeTls;
  }

  /** A request has come whole; the next octets begin another one. */
  void whole() {
    begun = false;
  }

  /** Two lengths: somebody on the way may have believed the other one. */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("Transfer-Encoding and Content-Length in one request");
  }
}
