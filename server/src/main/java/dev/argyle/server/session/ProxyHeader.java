package dev.argyle.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol's header (HAProxy, versions 1 and 2), which a load balancer sends before what
 * the client says. Netty's decoder reads it; here it is asked about octets that are only looked at.
 */
sealed interface ProxyHeader {

  /**
   * The longest that is waited for: version 2 with as many TLVs as anybody sends. Version 1 has 107
   * octets at most.
   */
  int MAX_OCTETS = 2048;

  /** It may become a header. */
  record NeedMore() implements ProxyHeader {}

  /** It is none. */
  record Malformed() implements ProxyHeader {}

  /**
   * @param client who connected to the balancer; null: the balancer speaks for itself (LOCAL,
   *     UNKNOWN)
   * @param length octets of the header
   */
  record Header(@Nullable InetSocketAddress client, int length) implements ProxyHeader {}

  /** How version 1 begins. */
  byte[] ONE = "PROXY ".getBytes(StandardCharsets.US_ASCII);

  /** How version 2 begins. */
  byte[] TWO = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

  /**
   * Looks at what came first on a connection. What cannot become a header any more is malformed at
   * once: Netty's decoder would wait for 12 octets, and a SOCKS client sends 3.
   */
  static ProxyHeader read(byte[] octets) {
    if (!beginsAs(ONE, octets) && !beginsAs(TWO, octets)) {
      return new Malformed();
    }
    EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder(MAX_OCTETS));
    try {
      channel.writeInbound(Unpooled.wrappedBuffer(octets));
      HAProxyMessage message = channel.readInbound();
      if (message == null) {
        return octets.length < MAX_OCTETS ? new NeedMore() : new Malformed();
      }
      try {
        channel.finish(); // what was behind the header comes out
        ByteBuf rest = channel.readInbound();
        int left = rest == null ? 0 : rest.readableBytes();
        return new Header(client(message), octets.length - left);
      } finally {
        message.release();
      }
    } catch (DecoderException malformed) {
      return new Malformed();
    } finally {
      release(channel);
    }
  }

  private static boolean beginsAs(byte[] signature, byte[] octets) {
    int length = Math.min(signature.length, octets.length);
    return Arrays.equals(signature, 0, length, octets, 0, length);
  }

  /** What the decoder still holds is decoded when its channel ends, and may be malformed again. */
  private static void release(EmbeddedChannel channel) {
    try {
      channel.finishAndReleaseAll();
    } catch (DecoderException malformed) {
      channel.close();
    }
  }

  private static @Nullable InetSocketAddress client(HAProxyMessage message) {
    String source = message.sourceAddress();
    boolean stream =
        message.proxiedProtocol() == HAProxyProxiedProtocol.TCP4
            || message.proxiedProtocol() == HAProxyProxiedProtocol.TCP6;
    byte[] octets =
        stream && source != null ? NetUtil.createByteArrayFromIpAddressString(source) : null;
    if (octets == null) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(octets), message.sourcePort());
    } catch (UnknownHostException bug) {
      throw new IllegalStateException("an address has 4 or 16 octets", bug);
    }
  }
}
