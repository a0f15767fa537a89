package dev.argyle.server.session;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.relay.SweepMember;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.wire.Source;
import dev.argyle.wire.Writable;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from accept to its end; belongs to one event loop. It has the client's socket, the
 * {@link Stage} that the client is in, and the one way out: {@link #finish} closes what is open,
 * and counts and logs the connection once.
 */
final class ClientSession extends SweepMember implements SocketEvents, LoopTurns.Step {

  private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

  /** Where answers are put in the loop's buffer: behind all that a handshake's receive takes. */
  private static final int ANSWER_AT = SocketLoop.BUFFER_OCTETS / 2;

  private static final int ANSWER_OCTETS = SocketLoop.BUFFER_OCTETS - ANSWER_AT;

  /** How much is looked at to find out whether a client has left. */
  private static final int LOOKED_AT_OCTETS = 1024;

  static final byte[] NO_OCTETS = {};

  final SessionLoop loop;
  final Services services;
  final Policy policy;
  final StreamSocket socket;
  final LiveConnection live;
  final Admitted admitted;
  private @Nullable Pick bound; // null: nothing is counted

  /** The part of its login behind {@code +session=}; null: none. */
  @Nullable String egressSession;

  private @Nullable HeldAhead ahead; // null: it never had much
  private @Nullable Stage stage; // null: not begun, or over
  private boolean resting;
  private boolean waitsForTurn;
  private boolean answerBegun;
  private boolean over;

  /** What is known of a client while an answer of ours is due. */
  enum Presence {
    HERE,
    /** Its stream has ended, and nothing is left of it to be read. It may wait for the answer. */
    ENDED,
    /** Its connection is broken. */
    GONE
  }

  /**
   * Takes the client's socket over; {@link #start} begins. The client is among its loop's active
   * ones already ({@link Placement}), and leaves them when the session ends.
   */
  ClientSession(
      SessionLoop loop,
      Services services,
      StreamSocket socket,
      InetSocketAddress client,
      Admitted admitted) {
    this.loop = loop;
    this.services = services;
    this.policy = services.policy();
    this.socket = socket;
    this.admitted = admitted;
    this.live =
        services
            .telemetry()
            .connections()
            .open(
                client.getAddress(),
                client.getPort(),
                System.currentTimeMillis(),
                System.nanoTime(),
                new Reach());
    loop.add(this);
  }

  /**
   * Begins with a stage.
   *
   * @param registered the socket is at the loop already, and may have octets
   */
  void start(Stage first, boolean registered) {
    stage = first;
    socket.handOver(this);
    if (registered) {
      guard(this::ready);
    } else if (!socket.register(loop.sockets())) {
      finish(Ending.of(EndReason.OUT_OF_RESOURCES));
    }
  }

  /** Goes over to another stage; does nothing once the session is over. */
  void enter(Stage next) {
    if (!over) {
      stage = next;
    }
  }

  /** Whether the session is in this stage. */
  boolean isIn(Stage which) {
    return stage == which;
  }

  /**
   * So much of what the client has sent is on the heap, and no tunnel has it yet.
   *
   * @return false: there is no room for it
   */
  boolean holds(int octets) {
    if (ahead == null) {
      if (octets <= HeldAhead.FREE_OCTETS) {
        return true;
      }
      ahead = new HeldAhead(loop.relay().handshakes(), source());
    }
    return ahead.now(octets);
  }

  LoopCounters counters() {
    return loop.counters();
  }

  /** Its socket towards the destination is bound so, until the session ends. */
  void bound(Pick by) {
    if (over || !by.isCounted()) {
      by.release();
    } else {
      bound = by;
    }
  }

  /** Payload came from the client. */
  void up(long octets) {
    wake();
    live.addUp(octets);
    counters().add(Counter.OCTETS_UP, octets);
  }

  /** Payload went to the client. */
  void down(long octets) {
    wake();
    live.addDown(octets);
    counters().add(Counter.OCTETS_DOWN, octets);
  }

  /** Nothing has passed for a while: new clients are placed as if this one were not here. */
  void rest() {
    if (!resting && !over) {
      resting = true;
      loop.removeActive();
    }
  }

  private void wake() {
    if (resting && !over) {
      resting = false;
      loop.addActive();
    }
  }

  /** The client has come to its request. */
  void admitted() {
    admitted.authenticated();
  }

  /** A step of a handshake costs more than a message of a tunnel, so it waits for its turn. */
  @Override
  public void ready() {
    if (!waitsForTurn && stage != null) {
      waitsForTurn = true;
      loop.sockets().turns().soon(this);
    }
  }

  @Override
  public Source source() {
    return admitted.servedAs();
  }

  @Override
  public void turn() {
    waitsForTurn = false;
    if (stage != null) {
      stage.ready();
    }
  }

  @Override
  protected void sweep(long nowNanos) {
    Ending due = admitted.accountEnds();
    if (due != null) {
      accountEnded(due);
    }
    if (stage != null) {
      stage.sweep(nowNanos);
    }
  }

  @Override
  protected void end(EndReason reason) {
    end(Ending.of(reason));
  }

  private void end(Ending why) {
    if (stage != null) {
      stage.end(why);
    } else {
      finish(why);
    }
  }

  /** Its account has other limits, or has some now. */
  private void accountChanged() {
    if (over) {
      return;
    }
    AccountRates rates = admitted.accountHasLimits(live) ? admitted.rates() : null;
    if (rates != null && stage != null) {
      stage.limit(rates);
    }
    Ending due = admitted.accountEnds();
    if (due != null) {
      accountEnded(due);
    }
  }

  private void accountEnded(Ending why) {
    if (stage != null) {
      stage.accountEnded(why);
    } else {
      finish(why);
    }
  }

  /** What any thread may ask of the session. */
  private final class Reach implements LiveConnection.Owner {

    @Override
    public void end(EndReason reason) {
      loop.eventLoop().execute(guarded(() -> ClientSession.this.end(reason)));
    }

    @Override
    public void accountChanged() {
      loop.eventLoop().execute(guarded(ClientSession.this::accountChanged));
    }

    /** The stage is the loop's own: what is seen of it here may be an instant late. */
    @Override
    public long lastActiveNanos(long startNanos) {
      Stage now = stage;
      return now == null ? startNanos : now.lastActiveNanos(startNanos);
    }
  }

  /** A failure of ours ends this connection, and no other. */
  @Override
  public void onBug(Throwable bug) {
    counters().add(Counter.BUGS, 1);
    LOG.error("connection {} ended by a bug of Argyle", live.id(), bug);
    Ending why = new Ending(EndReason.BUG, bug.toString());
    try {
      end(why);
    } finally {
      finish(why); // if ending it failed as well
    }
  }

  /**
   * Sends a message, whole. Less than this fits into no send buffer: a client that takes none of
   * its answers is broken.
   *
   * @return false: the client is broken
   */
  boolean send(Writable message) {
    int begun = answerBegun ? 1 : 0;
    answerBegun = false;
    if (message.length() <= ANSWER_OCTETS) {
      message.write(loop.answers().clear().position(ANSWER_AT));
      int length = message.length() - begun;
      return socket.send(ANSWER_AT + begun, length) == length;
    }
    byte[] octets = message.octets(); // a token of GSSAPI may be as long
    for (int at = begun; at < octets.length; ) {
      int length = Math.min(ANSWER_OCTETS, octets.length - at);
      loop.answers().put(ANSWER_AT, octets, at, length);
      if (socket.send(ANSWER_AT, length) != length) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** Whether the client is there while an answer of ours is due. */
  Presence presence() {
    if (socket.error() != 0) {
      return Presence.GONE;
    }
    return socket.mayRead() ? lookedAt() : Presence.HERE;
  }

  /** As {@link #presence}, also where no event has told of anything. */
  Presence lookedAt() {
    // More than an octet: NIO takes what it looks at, keeps it, and meets a reset behind it only.
    int seen = socket.peek(0, LOOKED_AT_OCTETS);
    if (seen == 0) {
      return Presence.ENDED;
    }
    return seen > 0 || Errno.wouldBlock(seen) ? Presence.HERE : Presence.GONE;
  }

  /**
   * Sends the first octet of the next message, which is known before the message is: a client that
   * has closed answers it with a reset, and one that has only ended its stream takes it. The two
   * look alike otherwise (decision 0070).
   *
   * @return false: the client is broken
   */
  boolean beginAnswer(byte first) {
    loop.answers().put(ANSWER_AT, first);
    answerBegun = socket.send(ANSWER_AT, 1) == 1;
    return answerBegun;
  }

  /** The client has closed, or does not take our answers. */
  void clientLeft() {
    finish(Ending.of(EndReason.CLIENT_CLOSED));
  }

  /** The one way out: what is open is closed, and the connection counted and logged once. */
  void finish(Ending why) {
    if (over) {
      return;
    }
    rest();
    over = true;
    Stage last = stage;
    stage = null;
    loop.remove(this);
    holds(0);
    long nowNanos = System.nanoTime();
    try {
      if (last != null) {
        last.leave(why.reason(), nowNanos);
      }
    } finally {
      socket.close();
      if (bound != null) {
        bound.release();
      }
      admitted.leaves();
      counters().ended(why.reason());
      services.telemetry().ended(live, why, System.currentTimeMillis(), nowNanos);
    }
  }
}
