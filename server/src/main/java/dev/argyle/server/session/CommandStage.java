package dev.argyle.server.session;

import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.HostName;
import dev.argyle.server.egress.EgressClient;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.session.command.Requester;
import dev.argyle.server.session.command.RunningCommand;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.FlightEvents;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.ReplyCode;
import dev.argyle.wire.socks.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client whose command is being carried out. The client is watched, and told how it went; octets
 * that came behind its request wait for the tunnel.
 */
final class CommandStage implements Stage, Requester {

  /**
   * Where a socket does not tell of resets: how long behind its request a client's end still counts
   * as sent with it. Fixed: it covers what the network puts between the two.
   */
  private static final long END_BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ClientSession session;
  private final byte[] payload;
  private final @Nullable Sealing sealing;
  private final boolean ahead;
  private final long begunNanos;
  private final RunningCommand command;
  private long deadlineNanos;
  private boolean answeredOnce; // the first of two replies
  private boolean endSeen; // of the client's stream
  private @Nullable Deciding deciding; // the last one, which is the same while nothing changes

  /** The rules with what is in their lists, and what an account has of its own that decides. */
  private record Deciding(
      RuleBook rules, long contents, @Nullable String own, @Nullable String egress) {}

  private CommandStage(
      ClientSession session,
      Request request,
      byte[] payload,
      @Nullable Sealing sealing,
      boolean ahead,
      long nowNanos) {
    this.session = session;
    this.payload = payload;
    this.sealing = sealing;
    this.ahead = ahead;
    this.begunNanos = nowNanos;
    this.command = RunningCommand.of(request, this, session.loop.commands());
    this.deadlineNanos = begunNanos + session.policy.connectNanos();
  }

  /**
   * Begins with what an admitted client asks for.
   *
   * @param payload octets that came behind the request, as they came
   * @param sealing how replies and payload are wrapped; null: they are not
   * @param ahead the client had sent its request before our last answer
   * @param nowNanos when the request came
   */
  static void serve(
      ClientSession session,
      Request request,
      byte[] payload,
      @Nullable Sealing sealing,
      boolean ahead,
      long nowNanos) {
    Destination destination = request.destination();
    session.live.requested(request.command(), shown(destination), destination.port());
    session.counters().add(Counter.request(request.command()), 1);
    String user = session.live.user();
    if (user != null && !session.admitted.isOf(user, session.counters())) {
      Ending why =
          new Ending(EndReason.REFUSED_BY_RULE, "socks.max-connections-per-user is reached");
      refuse(session, ReplyCode.NOT_ALLOWED, why, sealing);
      return;
    }
    Ending against = session.admitted.opens(session.live, session.counters());
    if (against != null) {
      refuse(session, ReplyCode.NOT_ALLOWED, against, sealing);
      return;
    }
    session.holds(payload.length + (sealing == null ? 0 : sealing.heldOctets()));
    CommandStage stage = new CommandStage(session, request, payload, sealing, ahead, nowNanos);
    session.enter(stage);
    if (session.socket.mayRead() || (ahead && !session.socket.tellsOfResets())) {
      stage.look(session.lookedAt()); // its end may have come with the request
    }
    if (session.isIn(stage)) {
      stage.command.begin();
    }
  }

  /** For logs and lists: an address has one spelling, whichever the client has chosen. */
  private static String shown(Destination destination) {
    return HostName.of(destination.host()) instanceof HostName.Literal(InetAddress address)
        ? Addresses.text(address)
        : destination.host().text();
  }

  /** Rejects a request that cannot be served. It has a log line as any other, without a command. */
  static void reject(
      ClientSession session, ReplyCode code, String words, @Nullable Sealing sealing) {
    session.counters().add(Counter.OTHER_REQUESTS, 1);
    EndReason why = reason(code);
    if (why == EndReason.PROTOCOL_ERROR) {
      session.admitted.sentGarbage();
    }
    refuse(session, code, new Ending(why, words), sealing);
  }

  /** Why a connection ends whose request is answered with this before anything was tried. */
  static EndReason reason(ReplyCode rejection) {
    return switch (rejection) {
      case COMMAND_NOT_SUPPORTED -> EndReason.COMMAND_NOT_SUPPORTED;
      case ADDRESS_TYPE_NOT_SUPPORTED -> EndReason.ADDRESS_TYPE_NOT_SUPPORTED;
      default -> EndReason.PROTOCOL_ERROR;
    };
  }

  private static void refuse(
      ClientSession session, ReplyCode code, Ending why, @Nullable Sealing sealing) {
    session.live.replied(code.code());
    session.counters().add(Counter.reply(code.code()), 1);
    RefusalStage.refuse(session, sealed(Reply.failure(code), sealing), why, null);
  }

  /** As the client is to get it. A few octets: wrapped at once. */
  private static Writable sealed(Writable message, @Nullable Sealing sealing) {
    return sealing == null ? message : sealing.frame(message);
  }

  /** The first octet of what {@link #sealed} makes of any reply. */
  private byte firstOctet() {
    return (byte) (sealing == null ? Reply.VERSION : GssapiFrame.VERSION);
  }

  private boolean succeeded(InetSocketAddress bound) {
    session.live.replied(ReplyCode.SUCCEEDED.code());
    return session.send(sealed(new Reply(ReplyCode.SUCCEEDED, Destination.of(bound)), sealing));
  }

  // What the command asks for.

  @Override
  public LiveConnection client() {
    return session.live;
  }

  @Override
  public InetAddress localAddress() {
    return session.socket.localAddress().getAddress();
  }

  /** CONNECT goes by the rules that held when the client came; the others are long, and do not. */
  @Override
  public Gate gate(Command asked, Destination destination) {
    Policy policy = asked == Command.CONNECT ? session.policy : session.services.policy();
    String egress = session.admitted.egress();
    EgressClient leaves =
        policy.egresses().isEmpty() && egress == null
            ? null
            : new EgressClient(
                session.live.whose(),
                session.egressSession,
                shown(destination),
                this::localAddress);
    return policy.gate(
        session.live, session.admitted.ownRules(), asked, destination, egress, leaves);
  }

  @Override
  public void bound(Pick by) {
    session.bound(by);
  }

  @Override
  public void leavesFrom(InetAddress local) {
    session.live.leavesFrom(local);
  }

  @Override
  public Object rules() {
    RuleBook rules = session.services.policy().rules();
    String own = session.admitted.ownRules();
    String egress = session.admitted.egress();
    long contents = rules.contents();
    if (own == null && egress == null && contents == 0) {
      return rules;
    }
    Deciding now = deciding;
    if (now == null
        || now.rules != rules
        || now.contents != contents
        || !Objects.equals(now.own, own)
        || !Objects.equals(now.egress, egress)) {
      now = new Deciding(rules, contents, own, egress);
      deciding = now;
    }
    return now;
  }

  @Override
  public @Nullable DatagramSeal datagramSeal() {
    return sealing == null ? null : sealing.datagrams();
  }

  @Override
  public @Nullable AccountRates rates() {
    return session.admitted.rates();
  }

  @Override
  public void awaits(InetSocketAddress at) {
    deadlineNanos = System.nanoTime() + session.policy.bindNanos();
    answeredOnce = true;
    if (!succeeded(at)) {
      session.clientLeft();
    }
  }

  @Override
  public void connected(StreamSocket remote, InetSocketAddress bound) {
    session.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    dialled(ReplyCode.SUCCEEDED);
    boolean told;
    try {
      told = succeeded(bound);
    } catch (Throwable bug) { // nobody else would close it
      remote.close();
      throw bug;
    }
    TunnelStage stage = TunnelStage.open(session, remote, payload, sealing);
    if (!told) {
      stage.end(Ending.of(EndReason.CLIENT_CLOSED));
    }
  }

  @Override
  public void associated(InetSocketAddress at) {
    session.counters().add(Counter.reply(ReplyCode.SUCCEEDED.code()), 1);
    if (succeeded(at)) {
      session.enter(new AssociationStage(session, command));
      session.ready();
    } else {
      session.clientLeft();
    }
  }

  @Override
  public void refuse(ReplyCode code, Ending why) {
    dialled(code);
    refuse(session, code, why, sealing);
  }

  /** How long destinations take; a dial that fails has mostly waited for nothing. */
  private void dialled(ReplyCode code) {
    if (session.live.command() != Command.CONNECT) {
      return;
    }
    long nanos = System.nanoTime() - begunNanos;
    if (code == ReplyCode.SUCCEEDED) {
      session.counters().took(Histogram.DIAL, nanos);
    }
    FlightEvents.dialled(session.live, code.code(), nanos);
  }

  @Override
  public void over(Ending why) {
    session.finish(why);
  }

  @Override
  public void up(long octets) {
    session.up(octets);
  }

  @Override
  public void down(long octets) {
    session.down(octets);
  }

  // The stage.

  @Override
  public void ready() {
    look(session.presence());
  }

  private void look(ClientSession.Presence presence) {
    switch (presence) {
      case HERE -> {}
      case ENDED -> ended();
      case GONE -> session.clientLeft();
    }
  }

  /**
   * The client's stream has ended. An end behind the request is one, and no leave (socks5.md); but
   * who has closed is not waited for. The reply's first octet tells the two apart, where the socket
   * tells of the reset that may follow (decision 0070). Where it does not, who sent request and end
   * without waiting for our answers waits for the reply, and who ends later has left. Who sent
   * payload has something to be relayed in any case.
   */
  private void ended() {
    if (endSeen || payload.length > 0 || (sealing != null && sealing.holdsPayload())) {
      return;
    }
    endSeen = true;
    boolean waits =
        session.socket.tellsOfResets()
            ? session.beginAnswer(firstOctet())
            : ahead && !answeredOnce && System.nanoTime() - begunNanos < END_BEHIND_NANOS;
    if (!waits) {
      session.clientLeft();
    }
  }

  @Override
  public long lastActiveNanos(long startNanos) {
    return begunNanos;
  }

  @Override
  public void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      command.timeout();
    }
  }

  @Override
  public void end(Ending why) {
    session.finish(why);
  }

  /** A request that is not answered yet gets the reply that it would get if it came now. */
  @Override
  public void accountEnded(Ending why) {
    if (answeredOnce) {
      session.finish(why);
    } else {
      command.cancel();
      refuse(ReplyCode.NOT_ALLOWED, why);
    }
  }

  @Override
  public void leave(EndReason why, long nowNanos) {
    command.cancel();
  }

  @Override
  public void onBug(Throwable bug) {
    session.onBug(bug);
  }
}
