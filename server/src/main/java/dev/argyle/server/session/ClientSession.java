package dev.argyle.server.session;

import dev.argyle.server.relay.Tap;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.server.relay.TunnelOwner;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from accept to its end; belongs to one event loop. What it says is decided here and
 * in {@link Handshake} and the commands; how octets get in and out is the subclass's business.
 *
 * <p>A life: {@link Stage#HANDSHAKE} (with {@link Stage#VERIFYING} while a password is being
 * hashed), {@link Stage#COMMAND} while a destination is reached, {@link Stage#TUNNEL} or, for
 * datagrams, {@link Stage#ASSOCIATED}; or {@link Stage#LINGERING} after a refusal, so that the
 * answer is not lost to a reset; then {@link Stage#OVER}. It is counted and logged once, when it
 * gets there.
 *
 * @param <S> the driver's sockets
 */
abstract class ClientSession<S> extends SessionSocket<S> implements TunnelOwner {

  private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

  /** How long a refused client may take to read the answer; RFC 1928, section 6, allows 10 s. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How much of a refused client is read and thrown away at most. */
  static final long LINGER_OCTETS = 4L << 20;

  static final byte[] NO_OCTETS = {};

  final SessionLoop<S> loop;
  final Services services;
  final Policy policy;
  final LiveConnection live;
  private @Nullable Handshake handshake;
  private @Nullable GssapiLogin<S> gssapi;
  private @Nullable Sealing sealing;
  private @Nullable Undertaking undertaking;
  private @Nullable Tunnel tunnel;
  private Stage stage = Stage.HANDSHAKE;
  private EndReason lingersFor = EndReason.DONE;
  private long deadlineNanos;
  private boolean unauthenticated = true;

  ClientSession(SessionLoop<S> loop, Services services, InetSocketAddress client) {
    this.loop = loop;
    this.services = services;
    this.policy = services.policy();
    this.handshake = new Handshake(policy.methods());
    this.deadlineNanos = System.nanoTime() + policy.handshakeNanos();
    this.live =
        services
            .telemetry()
            .connections()
            .open(
                client.getAddress(),
                client.getPort(),
                System.currentTimeMillis(),
                this::endFromAnyThread);
    loop.add(this);
  }

  // The handshake.

  final Stage stage() {
    return stage;
  }

  /** Takes what the client sent; what is left in {@code in} is for later. */
  final void received(ByteBuffer in) {
    while (stage == Stage.HANDSHAKE && handshake != null) {
      Handshake.Action action = handshake.next(in);
      if (action == null) {
        return;
      }
      act(action);
    }
  }

  private void act(Handshake.Action action) {
    switch (action) {
      case Handshake.Action.Answer(Writable message) -> {
        if (!send(message)) {
          finish(EndReason.CLIENT_CLOSED);
        }
      }
      case Handshake.Action.Verify(Credentials credentials) -> {
        stage = Stage.VERIFYING;
        new Login<>(this, credentials).begin();
      }
      case Handshake.Action.Negotiate(GssapiFrame.Token token) -> {
        stage = Stage.VERIFYING;
        gssapi = gssapi == null ? new GssapiLogin<>(this) : gssapi;
        gssapi.take(token);
      }
      case Handshake.Action.Serve(Request request) -> serve(request);
      case Handshake.Action.Reject(ReplyCode code, String _) -> reject(code);
      case Handshake.Action.Refuse(Writable answer, boolean patient, EndReason why, String _) -> {
        if (why != EndReason.AUTHENTICATION_FAILED) {
          services.handshakeFailed(live, why);
        }
        refuse(answer, patient, why);
      }
      case Handshake.Action.Hang(EndReason why, String _) -> {
        services.handshakeFailed(live, why);
        finish(why);
      }
    }
  }

  /** What a password or a token of GSSAPI came to; the client may be gone. */
  final void verified(Function<Handshake, Handshake.@Nullable Action> outcome) {
    if (stage == Stage.VERIFYING && handshake != null) {
      stage = Stage.HANDSHAKE;
      Handshake.Action action = outcome.apply(handshake);
      if (action != null) {
        act(action);
      }
    }
  }

  /** A refusal is held back for so long: the handshake's deadline does not cut it short. */
  final void answerHeldBack(long delayNanos) {
    deadlineNanos = System.nanoTime() + delayNanos + LINGER_NANOS;
  }

  /** It has come to its request, and nothing is left to negotiate. */
  private void admitted() {
    sealing = handshake == null ? null : handshake.sealing();
    handshake = null;
    gssapi = null; // what is agreed is the seal's
    unauthenticated = false;
    services.admission().authenticated();
  }

  /** As the client is to get it. A few octets: wrapped at once. */
  private Writable sealed(Writable message) {
    return sealing == null ? message : sealing.frame(message);
  }

  /** Null: what follows the request is not wrapped. */
  final @Nullable Sealing sealing() {
    return sealing;
  }

  /** One line a request, whatever it is: this one has no command and destination to name. */
  private void reject(ReplyCode code) {
    admitted();
    loop.counters().add(Counter.OTHER_REQUESTS, 1);
    EndReason why = Requests.rejection(code);
    if (why == EndReason.PROTOCOL_ERROR) {
      services.malformed(live);
    }
    refuse(code, why);
  }

  private void serve(Request request) {
    admitted();
    stage = Stage.COMMAND;
    Command asked = request.command();
    Destination destination = request.destination();
    live.requested(asked, Requests.host(destination), destination.port());
    loop.counters().add(Counter.request(asked), 1);
    deadlineNanos = System.nanoTime() + policy.connectNanos();
    Undertaking begun =
        switch (request) {
          case Request.Connect _ -> new ConnectCommand<>(this, destination);
          case Request.Bind _ -> new BindCommand<>(this, destination);
          case Request.UdpAssociate _ -> new UdpAssociateCommand<>(this, destination);
        };
    undertaking = begun;
    begun.begin();
  }

  // What a command does.

  /** Tells the client that the command failed, and ends. */
  final void refuse(ReplyCode code, EndReason why) {
    live.replied(code.code());
    loop.counters().add(Counter.reply(code.code()), 1);
    refuse(sealed(Reply.failure(code)), false, why);
  }

  /** The first reply of two: a peer is awaited there, for the bind timeout from now on. */
  final void awaits(InetSocketAddress at) {
    deadlineNanos = System.nanoTime() + policy.bindNanos();
    if (!succeeded(at)) {
      clientLeft();
    }
  }

  /**
   * Tells the client that {@code remote} is connected, and joins the two.
   *
   * @param bound what the reply says: our own address, or the peer's
   */
  final void connected(S remote, InetSocketAddress bound) {
    undertaking = null;
    loop.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    stage = Stage.TUNNEL;
    boolean told = succeeded(bound);
    Tunnel opened = openTunnel(remote);
    if (stage == Stage.TUNNEL) {
      tunnel = opened;
      if (!told) {
        opened.end(EndReason.CLIENT_CLOSED);
      }
    }
  }

  /** Tells the client where its datagrams are taken; what was undertaken goes on. */
  final void associated(InetSocketAddress at) {
    loop.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    stage = Stage.ASSOCIATED;
    if (succeeded(at)) {
      ignoreInput();
    } else {
      finish(EndReason.CLIENT_CLOSED);
    }
  }

  private boolean succeeded(InetSocketAddress bound) {
    live.replied(ReplyCode.SUCCEEDED.code());
    return send(sealed(new Reply(ReplyCode.SUCCEEDED, Destination.of(bound))));
  }

  /** The client hung up before its command came to anything. */
  final void clientLeft() {
    finish(EndReason.CLIENT_CLOSED);
  }

  private void refuse(Writable answer, boolean patient, EndReason why) {
    if (!send(answer)) {
      finish(why);
      return;
    }
    stage = Stage.LINGERING;
    lingersFor = why;
    if (!patient) {
      deadlineNanos = System.nanoTime() + LINGER_NANOS;
    }
    discardInput(!patient);
  }

  /** The refused client has closed, or has sent too much. */
  final void lingered() {
    finish(lingersFor);
  }

  // Time.

  @Override
  protected final void sweep(long nowNanos) {
    boolean late = nowNanos - deadlineNanos >= 0;
    switch (stage) {
      case HANDSHAKE, VERIFYING -> {
        if (late) {
          loop.counters().add(Counter.HANDSHAKE_TIMEOUTS, 1);
          services.handshakeFailed(live, EndReason.HANDSHAKE_TIMEOUT);
          finish(EndReason.HANDSHAKE_TIMEOUT);
        }
      }
      case COMMAND -> {
        if (late && undertaking != null) {
          undertaking.timeout();
        }
      }
      case TUNNEL -> sweepTunnel(nowNanos);
      case ASSOCIATED -> {
        if (undertaking != null) {
          undertaking.sweep(nowNanos);
        }
      }
      case LINGERING -> {
        if (late) {
          lingered();
        }
      }
      case OVER -> {}
    }
  }

  private void sweepTunnel(long nowNanos) {
    long idleNanos = loop.relay().settings().idleNanos();
    if (tunnel != null && idleNanos > 0 && nowNanos - tunnel.lastActiveNanos() >= idleNanos) {
      loop.counters().add(Counter.IDLE_TIMEOUTS, 1);
      tunnel.end(EndReason.IDLE_TIMEOUT);
    }
  }

  // The end.

  /** For a reason that is not the client's: killed, drained. */
  @Override
  protected final void end(EndReason reason) {
    if (tunnel != null) {
      tunnel.end(reason);
    } else {
      finish(reason);
    }
  }

  private void endFromAnyThread(EndReason reason) {
    loop.eventLoop().execute(guarded(() -> end(reason)));
  }

  /** For whatever the loop runs on this session's behalf. */
  final Runnable guarded(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (RuntimeException failure) {
        bug(failure);
      }
    };
  }

  /** A failure of ours ends this connection, and no other. */
  final void bug(RuntimeException failure) {
    loop.counters().add(Counter.BUGS, 1);
    LOG.error("connection {} ended by a bug of Argyle's", live.id(), failure);
    end(EndReason.BUG);
  }

  @Override
  public final void up(long octets) {
    live.addUp(octets);
    loop.counters().add(Counter.OCTETS_UP, octets);
  }

  @Override
  public final void down(long octets) {
    live.addDown(octets);
    loop.counters().add(Counter.OCTETS_DOWN, octets);
  }

  @Override
  public final @Nullable Tap tap() {
    return services.taps().tap(live);
  }

  @Override
  public final void ended(EndReason reason) {
    finish(reason);
  }

  /** The one way out: whatever is open is closed, and the connection counted and logged once. */
  private void finish(EndReason reason) {
    if (stage == Stage.OVER) {
      return;
    }
    boolean tunnelled = stage == Stage.TUNNEL;
    stage = Stage.OVER;
    loop.remove(this);
    if (gssapi != null) {
      gssapi.leave();
      gssapi = null;
    }
    if (undertaking != null) {
      undertaking.cancel();
      undertaking = null;
    }
    if (!tunnelled) {
      closeSocket();
    }
    services.admission().leaves(!unauthenticated);
    services.telemetry().ended(live, Ending.of(reason), System.currentTimeMillis());
  }
}
