package dev.argyle.server.manage.bottler;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ManagementDoor;
import dev.argyle.server.manage.door.Reception;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerToken;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Bottler door. Belongs to one loop; requests are carried out on virtual threads, at most
 * {@value #MAX_UNDER_WAY} at once. What comes beyond any bound is dropped without an answer, and
 * counted: the client asks again.
 */
public final class BottlerDoor extends SimpleChannelInboundHandler<DatagramPacket> {

  /** Requests that are being carried out. */
  static final int MAX_UNDER_WAY = 64;

  /**
   * Requests a second that are answered: so a datagram that somebody recorded, sent again and again
   * with a forged sender, makes no flood of it.
   */
  static final int ANSWERS_A_SECOND = 2_000;

  /** Wrong tokens a second that are logged, of all senders together: senders can be forged. */
  static final int LOGGED_A_SECOND = 50;

  /** More than the longest request, so that a longer one is seen to be too long. */
  private static final int READ_OCTETS = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(BottlerDoor.class);

  private final Reception reception;
  private final BottlerToken token;
  private final BottlerOperations operations;
  private final WrongTokens wrongTokens;
  private final Rate answers;
  private final Rate logged;
  private final Set<Slow> slow = new HashSet<>(); // under way
  private int underWay;

  /** What may take longer than its client's patience. */
  private record Slow(InetSocketAddress client, BottlerRequest request) {

    static boolean is(BottlerRequest request) {
      return request == BottlerRequest.Plain.RESET || request instanceof BottlerRequest.SetRunning;
    }
  }

  BottlerDoor(Reception reception, BottlerToken token, LongSupplier nanoTime) {
    this.reception = reception;
    this.token = token;
    this.operations = new BottlerOperations(reception.control());
    this.wrongTokens = new WrongTokens(nanoTime);
    this.answers = new Rate(ANSWERS_A_SECOND, nanoTime);
    this.logged = new Rate(LOGGED_A_SECOND, nanoTime);
  }

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @return its channel: where it listens, and what closes it
   * @throws IOException with words for the operator
   */
  public static Channel open(Reception reception, String host, int port, BottlerToken token)
      throws IOException {
    ChannelFuture bound =
        new Bootstrap()
            .group(reception.loops())
            .channelFactory(NioDatagramChannel::new)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_OCTETS))
            .handler(new BottlerDoor(reception, token, System::nanoTime))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return bound.channel();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
    InetSocketAddress client = datagram.sender();
    ByteBuffer in = datagram.content().nioBuffer();
    if (!isAllowed(client, in) || underWay >= MAX_UNDER_WAY || !answers.take()) {
      reception.control().datagramDropped();
      return;
    }
    answer(context, client, in);
  }

  /** Whether the token is right; the buffer's position is behind it then. */
  private boolean isAllowed(InetSocketAddress client, ByteBuffer in) {
    if (wrongTokens.ignores(client.getAddress())) {
      return false;
    }
    return switch (BottlerToken.read(in)) {
      case Decoded.NeedMore<BottlerToken, Void> _ -> false;
      case Decoded.Malformed<BottlerToken, Void> _ -> false;
      case Decoded.Message<BottlerToken, Void>(BottlerToken shown) ->
          token.equals(shown) || isWrong(client);
    };
  }

  /** False, for {@link #isAllowed}. */
  private boolean isWrong(InetSocketAddress client) {
    if (logged.take()) {
      reception.control().wrongToken(ManagementDoor.BOTTLER, client);
    }
    if (wrongTokens.note(client.getAddress())) {
      reception.control().refused(ManagementDoor.BOTTLER, client);
    }
    return false;
  }

  private void answer(ChannelHandlerContext context, InetSocketAddress client, ByteBuffer in) {
    switch (BottlerRequest.read(in)) {
      case Decoded.NeedMore<BottlerRequest, BottlerResponse> _ ->
          throw new IllegalStateException("datagrams come whole");
      case Decoded.Malformed<BottlerRequest, BottlerResponse>(
              @Nullable BottlerResponse answer,
              String _) -> {
        if (answer != null) {
          send(context, client, answer);
        }
      }
      case Decoded.Message<BottlerRequest, BottlerResponse>(BottlerRequest request) ->
          perform(context, client, request);
    }
  }

  /**
   * A reset that is asked for again while it is under way is not made twice: there is one answer
   * then, to both.
   */
  private void perform(
      ChannelHandlerContext context, InetSocketAddress client, BottlerRequest request) {
    Slow key = new Slow(client, request);
    if (Slow.is(request) && !slow.add(key)) {
      reception.control().datagramDropped();
      return;
    }
    Actor actor = Actor.holderOfToken(ManagementDoor.BOTTLER, client.getAddress());
    underWay++;
    Thread.ofVirtual()
        .name("bottler")
        .start(
            () -> {
              BottlerResponse response = operations.response(request, actor);
              context
                  .executor()
                  .execute(
                      () -> {
                        underWay--;
                        slow.remove(key);
                        send(context, client, response);
                      });
            });
  }

  private static void send(
      ChannelHandlerContext context, InetSocketAddress client, BottlerResponse response) {
    ByteBuf octets = Unpooled.wrappedBuffer(response.octets());
    context.writeAndFlush(new DatagramPacket(octets, client));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("Bottler", cause); // such as an ICMP error for an answer
    } else {
      LOG.error("Bottler door: this is a bug in Argyle", cause);
    }
  }
}
