package dev.argyle.server.manage.http;

import dev.argyle.server.manage.door.AnswerBudget;
import dev.argyle.server.manage.door.Outbox;
import dev.argyle.wire.Source;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Writes the responses of a connection, one at a time. A short one leaves in one write; a long one
 * in pieces, as its client takes them ({@link Outbox}). Belongs to the connection's loop.
 */
final class ResponseWriter {

  private final ChannelHandlerContext context;
  private final Outbox outbox;
  private @Nullable HttpResponse head; // to be written before the first piece

  ResponseWriter(ChannelHandlerContext context, AnswerBudget budget, Source source) {
    this.context = context;
    this.outbox = new Outbox(context, this::framed, budget, source);
  }

  private Object framed(ByteBuf piece) {
    writeHead();
    return new DefaultHttpContent(piece);
  }

  private void writeHead() {
    if (head != null) {
      context.write(head);
      head = null;
    }
  }

  /**
   * Writes a response.
   *
   * @param headAlone without the body, as HEAD asks for
   * @param written when the system has taken all of it; perhaps before this returns
   */
  void write(Response.Whole response, boolean headAlone, boolean closes, Runnable written) {
    head = Heads.of(response, closes);
    byte[] body = response.octets();
    if (headAlone || body.length == 0) {
      last(written);
    } else if (!outbox.send(body, AnswerBudget.LONG_OCTETS, () -> last(written))) {
      // Too much is being sent to others. This one is short, and so needs no room.
      write((Response.Whole) Dispatch.busy(), false, closes, written);
    }
  }

  private void last(Runnable written) {
    writeHead();
    ChannelFuture last = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    if (last.isSuccess()) {
      written.run();
    } else {
      last.addListener(
          done -> {
            if (done.isSuccess()) {
              written.run();
            } else {
              context.close();
            }
          });
    }
  }

  /** The connection is gone. */
  void drop() {
    outbox.drop();
  }
}
