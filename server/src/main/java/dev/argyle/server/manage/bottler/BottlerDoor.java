package dev.argyle.server.manage.bottler;

import dev.argyle.server.admission.RateLimit;
import dev.argyle.server.admission.Shares;
import dev.argyle.server.control.Actor;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Source;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
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
@Sharable
public final class BottlerDoor extends SimpleChannelInboundHandler<DatagramPacket> {

  /** Requests that are being carried out. */
  static final int MAX_UNDER_WAY = 64;

  /** Of one source: an administrator whose script floods leaves the others half. */
  static final int MAX_UNDER_WAY_OF_A_SOURCE = MAX_UNDER_WAY / 2;

  /**
   * Requests a second that are answered: so a datagram that somebody recorded, sent again and again
   * with a forged sender, makes no flood of it.
   */
  static final int ANSWERS_A_SECOND = 2_000;

  /** More than the longest request, so that a longer one is seen to be too long. */
  private static final int READ_OCTETS = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(BottlerDoor.class);

  private final DoorServices services;
  private final BottlerOperations operations;
  private final RateLimit answers;
  private final Set<Slow> slow = new HashSet<>(); // under way
  private final Shares underWay = new Shares();

  /** What may take longer than its client's patience. */
  private record Slow(InetSocketAddress client, BottlerRequest request) {

    static boolean is(BottlerRequest request) {
      return request == BottlerRequest.Plain.RESET || request instanceof BottlerRequest.SetRunning;
    }
  }

  BottlerDoor(DoorServices services, LongSupplier nanoTime) {
    this.services = services;
    this.operations = new BottlerOperations(services.control());
    this.answers = new RateLimit(ANSWERS_A_SECOND, nanoTime);
  }

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @throws IOException with words for the operator
   */
  public static DoorListener open(DoorServices services, String host, int port) throws IOException {
    BottlerDoor door = new BottlerDoor(services, System::nanoTime);
    return DoorListener.udp(services, host, port, READ_OCTETS, door);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
    InetSocketAddress client = datagram.sender();
    ByteBuffer in = datagram.content().nioBuffer();
    Actor actor = actor(client, in);
    if (actor == null || !answers.take()) {
      dropped();
      return;
    }
    answer(context, client, in, actor);
  }

  private void dropped() {
    services.counters().increment(Counter.MANAGEMENT_DATAGRAMS_DROPPED);
  }

  /** Who sent it, by its token; the buffer's position is behind that then. */
  private @Nullable Actor actor(InetSocketAddress client, ByteBuffer in) {
    return switch (BottlerToken.read(in)) {
      case Decoded.NeedMore<BottlerToken, Void> _ -> null;
      case Decoded.Malformed<BottlerToken, Void> _ -> null;
      case Decoded.Message<BottlerToken, Void>(BottlerToken shown) ->
          services.control().holderOf(shown, Door.BOTTLER, client);
    };
  }

  private void answer(
      ChannelHandlerContext context, InetSocketAddress client, ByteBuffer in, Actor actor) {
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
          perform(context, client, request, actor);
    }
  }

  /**
   * A reset that is asked for again while it is under way is not made twice: both get one answer.
   */
  private void perform(
      ChannelHandlerContext context,
      InetSocketAddress client,
      BottlerRequest request,
      Actor actor) {
    Source source = Source.of(client.getAddress());
    if (underWay.take(source, MAX_UNDER_WAY, MAX_UNDER_WAY_OF_A_SOURCE) != Shares.Answer.GIVEN) {
      dropped();
      return;
    }
    Slow key = new Slow(client, request);
    if (Slow.is(request) && !slow.add(key)) {
      underWay.leave(source);
      dropped();
      return;
    }
    Thread.ofVirtual()
        .name("bottler")
        .start(
            () -> {
              BottlerResponse response = operations.response(request, actor);
              context
                  .executor()
                  .execute(
                      () -> {
                        underWay.leave(source);
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
