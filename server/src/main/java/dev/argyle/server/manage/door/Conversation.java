package dev.argyle.server.manage.door;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import dev.argyle.wire.Writable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection at a door; belongs to its loop. A protocol says in {@link #take} what it makes of
 * the octets, one message a call, and answers through the methods here. While something is under
 * way, {@link #perform} or {@link #login}, or while the client does not read its answers, nothing
 * more is taken nor read: so messages are answered in order, and what waits is bounded by one read
 * and one answer. A client that takes nothing of an answer for {@link Outbox#STALLED} is closed
 * out.
 *
 * <p>The reader is a plain ByteBuffer, because a message is small and comes seldom.
 */
public abstract class Conversation extends ChannelInboundHandlerAdapter {

  /** From the connection's begin to a login that succeeds. */
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  /** How long a client has to close after the last answer. */
  static final Duration LINGER = Duration.ofSeconds(1);

  /** For how long what still comes is read where one direction alone cannot be closed. */
  static final Duration SETTLE = Duration.ofMillis(200);

  /** What is read while a login is under way; who sends more is not watched any longer. */
  private static final int AHEAD_OCTETS = 4_096;

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final DoorServices services;
  private final Door door;
  private final ByteBuf inbox = Unpooled.buffer(512);
  private @Nullable ChannelHandlerContext context;
  private @Nullable InetSocketAddress client;
  private final AdminLogin admin;
  private @Nullable Outbox outbox; // set with the context
  private @Nullable DoorHandshake handshake; // set with the context, unless it is refused
  private boolean revoked;
  private boolean busy;
  private boolean loggingIn; // a part of being busy
  private boolean taking; // an answer may be sent within take
  private boolean ending;
  private boolean inputEnded;

  protected Conversation(DoorServices services, Door door) {
    this.services = services;
    this.door = door;
    this.admin = new AdminLogin(services.control(), door, this::revoke);
  }

  // What a protocol says

  /**
   * Takes one message, or answers octets that are none, or leaves them where they are: more must
   * come.
   *
   * @param in what has come and was not taken; not kept
   */
  protected abstract void take(ByteBuffer in);

  /** The octets of what the channel read; released by the caller. */
  protected ByteBuf octets(Object message) {
    return (ByteBuf) message;
  }

  /** What the channel writes for these octets. */
  protected Object frame(ByteBuf octets) {
    return octets;
  }

  /** How much of an answer of so many octets is written at once. */
  protected int pieceOctets(int answerOctets) {
    return AnswerBudget.LONG_OCTETS;
  }

  // What a protocol may do

  protected final ProxyControl control() {
    return services.control();
  }

  protected final InetSocketAddress client() {
    return connected(client);
  }

  /** One answer; a short one in one write. */
  protected final void send(Writable answer) {
    if (!put(answer)) {
      context().close();
    }
  }

  /**
   * One answer that may be long.
   *
   * @param instead what is sent if too much is being sent to slow clients already
   */
  protected final void send(Writable answer, Writable instead) {
    if (!put(answer)) {
      if (services.answers().mayLog()) {
        LOG.warn(
            "{} door: an answer of {} bytes was not sent, because clients have not read {} bytes"
                + " yet; logged once a second",
            door.word(),
            answer.length(),
            services.answers().heldOctets());
      }
      send(instead);
    }
  }

  private boolean put(Writable answer) {
    byte[] octets = answer.octets();
    return outbox().send(octets, pieceOctets(octets.length), this::takeAll);
  }

  /** The last answer, in one write; the client has a second to close after it. */
  protected final void end(Writable answer) {
    ending = true;
    send(answer);
    endWhenTaken();
  }

  /** Nothing more is taken; what has been answered gets through. */
  private void endWhenTaken() {
    ending = true;
    connected(handshake).cancelDeadline();
    outbox().whenTaken(this::finish);
  }

  /** The last answer to what is not this protocol, which is penalised unless a browser sent it. */
  protected final void refuse(Writable answer) {
    connected(handshake).malformed(inbox.nioBuffer());
    end(answer);
  }

  /**
   * What has been sent gets through: closing with octets unread would reset the connection, and the
   * client might lose the answer.
   */
  private void finish() {
    ChannelHandlerContext known = context();
    if (inputEnded || !known.channel().isActive()) {
      known.close();
      return;
    }
    Duration patience = SETTLE;
    if (known.channel() instanceof DuplexChannel channel) {
      channel.shutdownOutput();
      patience = LINGER;
    }
    known.executor().schedule(() -> known.close(), patience.toNanos(), TimeUnit.NANOSECONDS);
    takeAll();
  }

  /** The client may make requests: it has no more to do with those who wait to log in. */
  protected final void authenticated() {
    connected(handshake).authenticated();
  }

  /** From now on there is no deadline. */
  protected final void staysIn() {
    authenticated();
    connected(handshake).cancelDeadline();
  }

  /**
   * Verifies an administrator's name and password.
   *
   * @param then called on the loop with the administrator, or null if the login is refused
   */
  protected final void login(byte[] name, byte[] password, Consumer<@Nullable Actor> then) {
    busy = true;
    loggingIn = true;
    admin.begin(
        context().executor(),
        client(),
        name,
        password,
        (actor, failure) -> {
          loggingIn = false;
          connected(handshake).judged();
          if (failure != null) {
            failed(failure);
          } else {
            resume(() -> then.accept(actor));
          }
        });
  }

  /** Whoever is no administrator any more is out, after the answer to what is under way. */
  private void revoke() {
    revoked = true;
    takeAll();
  }

  /** Does what may block on a virtual thread; {@code then} has its result on the loop. */
  protected final <T> void perform(Supplier<T> work, Consumer<T> then) {
    busy = true;
    ChannelHandlerContext known = context();
    Thread.ofVirtual()
        .name("management")
        .start(
            () -> {
              try {
                T result = work.get();
                known.executor().execute(() -> resume(() -> then.accept(result)));
              } catch (RuntimeException | Error bug) {
                known.executor().execute(() -> failed(bug));
              }
            });
  }

  private void resume(Runnable then) {
    busy = false;
    then.run();
    takeAll();
  }

  private void failed(Throwable bug) {
    LOG.error("{} door: a request failed", door.word(), bug);
    context().close();
  }

  // What Netty says

  private ChannelHandlerContext context() {
    return connected(context);
  }

  private Outbox outbox() {
    return connected(outbox);
  }

  private static <T> T connected(@Nullable T known) {
    return Objects.requireNonNull(known, "not connected yet");
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    context = active;
    InetSocketAddress from = (InetSocketAddress) active.channel().remoteAddress();
    if (from == null) { // it has gone already
      active.close();
      return;
    }
    client = from;
    Admitted admitted = services.admission().admits(door, from.getAddress(), services.counters());
    if (admitted == null) {
      active.close();
      return;
    }
    Source source = Source.of(from.getAddress());
    outbox = new Outbox(active, this::frame, services.answers(), source);
    handshake = new DoorHandshake(admitted, services.counters());
    // Otherwise it is we who are late, or the answer has a deadline of its own.
    handshake.setDeadline(active, () -> !busy && !outbox().isSending());
    active.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    try {
      if (!ending) {
        inbox.writeBytes(octets(message));
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    takeAll();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      takeAll();
    }
  }

  private void takeAll() {
    if (taking) {
      return;
    }
    boolean progress = true;
    while (progress && mayTake() && inbox.isReadable()) {
      ByteBuffer view = inbox.nioBuffer();
      taking = true;
      take(view);
      taking = false;
      progress = view.position() > 0;
      if (progress) {
        connected(handshake).spoke();
      }
      inbox.skipBytes(view.position());
    }
    inbox.discardReadBytes();
    if (loggingIn) {
      readAhead();
    }
    if (busy) {
      return;
    }
    if (revoked && !ending) {
      endWhenTaken();
    } else if (ending) {
      readToTheEnd();
    } else if (!outbox().isSending()) {
      readOn();
    }
  }

  /** A slow reader is waited for before more is answered: what waits for it is bounded so. */
  private boolean mayTake() {
    return !busy && !ending && !revoked && !outbox().isSending();
  }

  /**
   * A login may wait long for its turn. Only who reads notices that the client has left, and only
   * who notices that does not hash for nobody. Whoever ends its stream behind its credentials asks
   * for nothing, and has left.
   */
  private void readAhead() {
    if (inputEnded && !inbox.isReadable()) {
      context().close();
    } else if (!inputEnded && inbox.readableBytes() < AHEAD_OCTETS) {
      context().read();
    }
  }

  private void readOn() {
    if (inputEnded) {
      connected(handshake).leftAlone();
      endWhenTaken();
    } else {
      context().read();
    }
  }

  private void readToTheEnd() {
    if (!inputEnded) {
      context().read();
    } else if (context().channel() instanceof DuplexChannel end && end.isOutputShutdown()) {
      context().close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    if (handshake != null) {
      if (!ending && !busy) {
        handshake.leftAlone();
      }
      handshake.end();
    }
    ending = true;
    if (outbox != null) {
      outbox.drop();
    }
    admin.end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("{} door: this is a bug in Argyle", door.word(), cause);
    }
    from.close();
  }
}
