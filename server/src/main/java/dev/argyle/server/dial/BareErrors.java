package dev.argyle.server.dial;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import org.jspecify.annotations.Nullable;

/**
 * Gives a response that is an error without a question its question back, which Netty would throw
 * away: name servers that do not know EDNS may answer a header alone (RFC 6891, section 7). One for
 * each query, in front of Netty's codecs.
 */
final class BareErrors extends ChannelDuplexHandler {

  /** RFC 1035, section 4.1.1: ID, flags, and four counts. */
  private static final int HEADER_OCTETS = 12;

  private static final int FLAGS = 2;
  private static final int QUESTIONS = 4;
  private static final int RESPONSE = 0x8000;
  private static final int CODE = 0xF;
  private static final int FORMERR = 1;
  private static final int NOTIMP = 4;

  private int id;
  private byte @Nullable [] question;

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof DatagramPacket packet) {
      ByteBuf query = packet.content();
      int start = query.readerIndex();
      int end = query.indexOf(start + HEADER_OCTETS, query.writerIndex(), (byte) 0) + 5;
      if (end > start + HEADER_OCTETS && end <= query.writerIndex()) { // a name, type and class
        id = query.getUnsignedShort(start);
        question = new byte[end - start - HEADER_OCTETS];
        query.getBytes(start + HEADER_OCTETS, question);
      }
    }
    context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    byte[] asked = question;
    if (asked != null
        && message instanceof DatagramPacket packet
        && isBareError(packet.content())) {
      ByteBuf header = packet.content();
      ByteBuf whole = Unpooled.buffer(HEADER_OCTETS + asked.length);
      whole.writeShort(id).writeShort(header.getUnsignedShort(header.readerIndex() + FLAGS));
      whole.writeShort(1).writeShort(0).writeInt(0).writeBytes(asked);
      DatagramPacket restored = new DatagramPacket(whole, packet.recipient(), packet.sender());
      packet.release();
      context.fireChannelRead(restored);
      return;
    }
    context.fireChannelRead(message);
  }

  private boolean isBareError(ByteBuf response) {
    int start = response.readerIndex();
    if (response.readableBytes() < HEADER_OCTETS || response.getUnsignedShort(start) != id) {
      return false;
    }
    int flags = response.getUnsignedShort(start + FLAGS);
    int code = flags & CODE;
    return (flags & RESPONSE) != 0
        && (code == FORMERR || code == NOTIMP)
        && response.getUnsignedShort(start + QUESTIONS) == 0;
  }
}
