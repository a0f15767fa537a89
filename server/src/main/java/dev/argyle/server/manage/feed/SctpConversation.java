package dev.argyle.server.manage.feed;

import dev.argyle.server.manage.door.AnswerBudget;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.wire.feed.FeedResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.sctp.SctpChannel;
import io.netty.channel.sctp.SctpMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One association: requests are parsed from its octet stream, whatever its messages are; a response
 * is one message, on the stream that the request's first octet came in on. One that is longer than
 * any message that the system takes is several, in order on that stream (decision 0045).
 */
class SctpConversation extends FeedConversation {

  /** Octets that came together and were not taken yet. */
  private static final class Part {
    private final int stream;
    private final boolean endsMessage;
    private int octets;

    Part(SctpMessage message) {
      this.stream = message.streamIdentifier();
      this.endsMessage = message.isComplete();
      this.octets = message.content().readableBytes();
    }
  }

  private final Deque<Part> parts = new ArrayDeque<>(); // as bounded as what was not taken
  private boolean discarding; // the rest of a message that holds what was not understood
  private int stream;
  private int streams = 1; // that we may send on
  private int longestMessage = AnswerBudget.LONG_OCTETS; // that the system takes

  SctpConversation(DoorServices services, FeedOperations operations) {
    super(services, operations);
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (active.channel() instanceof SctpChannel channel && channel.association() != null) {
      // Linux takes messages up to twice what the JDK tells: it counts double, and the JDK halves.
      int messageOctets = 2 * channel.config().getSendBufferSize();
      outgoing(channel.association().maxOutboundStreams(), messageOctets);
    }
    super.channelActive(active);
  }

  /** What the association and the system allow. */
  final void outgoing(int maxStreams, int messageOctets) {
    streams = maxStreams;
    longestMessage = messageOctets;
  }

  @Override
  protected ByteBuf octets(Object message) {
    SctpMessage part = (SctpMessage) message;
    if (discarding) {
      discarding = !part.isComplete();
      return Unpooled.EMPTY_BUFFER;
    }
    if (part.content().isReadable()) {
      parts.add(new Part(part));
    }
    return part.content();
  }

  @Override
  protected Object frame(ByteBuf octets) {
    return new SctpMessage(0, stream < streams ? stream : 0, octets);
  }

  /** One message, unless the system takes none that long: its limit is the send buffer. */
  @Override
  protected int pieceOctets(int answerOctets) {
    return answerOctets <= longestMessage
        ? answerOctets
        : Math.min(longestMessage, AnswerBudget.LONG_OCTETS);
  }

  @Override
  protected void take(ByteBuffer in) {
    Part first = parts.peek();
    if (first != null) {
      stream = first.stream;
    }
    int before = in.position();
    super.take(in);
    taken(in.position() - before);
  }

  private void taken(int octets) {
    int left = octets;
    while (left > 0) {
      Part first = parts.element();
      int some = Math.min(left, first.octets);
      first.octets -= some;
      left -= some;
      if (first.octets == 0) {
        parts.remove();
      }
    }
  }

  /** What is left of this message is no request; the next message begins with one. */
  @Override
  protected void notUnderstood(ByteBuffer in, FeedResponse answer) {
    send(answer);
    int looked =
        answer == FeedResponse.Unrecognised.ACTION ? 1 : 2; // METHOD may be in the next one
    int rest = 0;
    boolean ended = false;
    for (Part part : parts) {
      rest += part.octets;
      if (part.endsMessage && rest >= looked) {
        ended = true;
        break;
      }
    }
    discarding = !ended;
    in.position(in.position() + rest);
  }
}
