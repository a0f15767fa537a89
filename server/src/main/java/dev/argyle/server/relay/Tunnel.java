package dev.argyle.server.relay;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.rate.Budget;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Two connected sockets whose octets reach each other: two {@link Direction}s between two sockets
 * of one event loop. Each direction ends by itself (half-close); a reset of one side is passed on
 * as a reset to the other; whatever happens, both sockets are closed once.
 *
 * <p>On an event a tunnel moves little: a receive and a send in each direction. A tunnel that has
 * more to move, or whose last receives were full, takes turns with others ({@link LoopTurns}).
 */
public final class Tunnel implements SocketEvents, LoopTurns.Turn {

  private static final VarHandle LAST_ACTIVE = lastActive();

  /** What an event moves in each direction at most; more takes turns. */
  private static final int EVENT_OCTETS = SocketLoop.BUFFER_OCTETS;

  /** Who sends or gets less than that at a time waits for an answer: it is no bulk. */
  private static final int MESSAGE_OCTETS = 8 * 1024;

  private final RelayLoop loop;
  private final TunnelOwner owner;
  private final TunnelMemory memory;
  private final Direction up;
  private final Direction down;
  private long lastActiveNanos; // written by the loop, read by any thread; 0: not started
  private @Nullable Budget upBudget; // null: no limit
  private @Nullable Budget downBudget;
  private boolean waitsForTurn;
  private boolean over;

  /**
   * Takes both sockets over; {@link #start} begins.
   *
   * @param first octets of the client that were received with its request; they go first
   */
  public Tunnel(
      RelayLoop loop, StreamSocket client, StreamSocket remote, byte[] first, TunnelOwner owner) {
    this(loop, client, remote, first, owner, null, null);
  }

  /**
   * As above.
   *
   * @param first as it was received: it goes through the transform
   * @param up changes what comes from the client
   * @param down changes what goes to the client
   */
  public Tunnel(
      RelayLoop loop,
      StreamSocket client,
      StreamSocket remote,
      byte[] first,
      TunnelOwner owner,
      @Nullable Transform up,
      @Nullable Transform down) {
    this.loop = loop;
    this.owner = owner;
    int bufferOctets = loop.settings().bufferOctets();
    this.memory = new TunnelMemory(loop, owner);
    TapState tap = new TapState(loop.counters(), owner.tap());
    this.up =
        up == null
            ? new PlainDirection(client, remote, bufferOctets, tap, memory, true)
            : new TransformedDirection(client, remote, bufferOctets, tap, memory, true, up);
    this.down =
        down == null
            ? new PlainDirection(remote, client, bufferOctets, tap, memory, false)
            : new TransformedDirection(remote, client, bufferOctets, tap, memory, false, down);
    this.up.first(first);
    AccountRates rates = owner.rates();
    if (rates != null) {
      limit(rates);
    }
  }

  /** From now on octets pass no faster than that; its owner's account had no limits before. */
  public void limit(AccountRates rates) {
    if (over || upBudget != null) {
      return;
    }
    upBudget = loop.rates().join(rates, true, this::askForTurn);
    downBudget = loop.rates().join(rates, false, this::askForTurn);
  }

  /** Moves what is there already. */
  public void start() {
    boolean splices = up.maySplice() && down.maySplice();
    loop.counters().add(splices ? Counter.SPLICE_TUNNELS : Counter.BUFFER_TUNNELS, 1);
    isActive();
    if (upBudget != null) {
      upBudget.charge(up.firstOctets());
    }
    up.from.handOver(this);
    up.to.handOver(this);
    up.start(loop, this);
    down.start(loop, this);
    ready();
  }

  @Override
  public void ready() {
    if (over || waitsForTurn) {
      return;
    }
    if (waitsForRate()) {
      endsByError();
    } else if (up.streams() || down.streams()) {
      askForTurn();
    } else {
      pump(EVENT_OCTETS);
    }
  }

  /** Whether nothing can be done before a rate lets something pass, whatever the event was. */
  private boolean waitsForRate() {
    Budget ofUp = upBudget;
    Budget ofDown = downBudget;
    return ofUp != null
        && ofDown != null
        && (ofUp.waits() || ofDown.waits())
        && waitsForRate(up, ofUp)
        && waitsForRate(down, ofDown);
  }

  private static boolean waitsForRate(Direction direction, Budget budget) {
    return direction.holdsNothing() && (budget.waits() || !direction.mayMove());
  }

  /** Looks, every now and then, whether there is memory again; no event tells. */
  public void sweep() {
    if (!over && (up.waitsForMemory() || down.waitsForMemory())) {
      askForTurn();
    }
  }

  void askForTurn() {
    if (!waitsForTurn) {
      waitsForTurn = true;
      loop.turns().later(this);
    }
  }

  @Override
  public void turn() {
    waitsForTurn = false;
    if (!over) {
      pump(loop.turns().shareOctets());
    }
  }

  private void pump(int octets) {
    Direction.Step upward = pump(up, upBudget, octets);
    Direction.Step downward = pump(down, downBudget, octets);
    report();
    if (over) { // the owner has ended it at a count
      return;
    }
    if (endsBy(up, upward) || endsBy(down, downward) || endsByError()) {
      return;
    }
    if (upward == Direction.Step.ENDED && downward == Direction.Step.ENDED) {
      end(EndReason.DONE);
    } else if (upward == Direction.Step.HAS_MORE || downward == Direction.Step.HAS_MORE) {
      askForTurn();
    }
  }

  private Direction.Step pump(Direction direction, @Nullable Budget budget, int octets) {
    return budget == null ? direction.pump(loop, octets) : pumpWithin(budget, direction, octets);
  }

  /** What waits is sent in any case: it was counted as it was received. */
  private Direction.Step pumpWithin(Budget budget, Direction direction, int octets) {
    boolean waited = budget.waits();
    int slice = direction.mayMove() ? budget.take(octets) : 0;
    direction.receiveAtMost(slice);
    Direction.Step step = direction.pump(loop, octets);
    budget.passed(direction.takeReceived());
    if (!budget.waits()) {
      return step;
    }
    if (!waited) {
      loop.counters().add(Counter.RATE_WAITS, 1);
    }
    return step == Direction.Step.HAS_MORE ? Direction.Step.WAITS : step; // it is woken
  }

  private void report() {
    int fromClient = up.takeCounted();
    int toClient = down.takeCounted();
    if (fromClient > 0) {
      owner.up(fromClient);
    }
    if (toClient > 0) {
      owner.down(toClient);
    }
    if (fromClient + toClient > 0 && fromClient + toClient < MESSAGE_OCTETS) {
      loop.turns().prompt();
    }
    boolean movedUp = up.takeMoved();
    boolean movedDown = down.takeMoved();
    if (movedUp || movedDown) {
      isActive();
    }
  }

  private void isActive() {
    LAST_ACTIVE.setOpaque(this, System.nanoTime()); // as cheap as a plain store
  }

  private boolean endsBy(Direction direction, Direction.Step step) {
    return switch (step) {
      case WAITS, HAS_MORE, ENDED -> false;
      case SOURCE_FAILED -> fail(direction.from);
      case SINK_FAILED -> fail(direction.to);
      case TRANSFORM_FAILED -> breakOff(requireNonNull(direction.transformFailure()));
    };
  }

  /** A direction that has ended makes no call that would notice an error. */
  private boolean endsByError() {
    return (up.from.error() > 0 && fail(up.from)) || (up.to.error() > 0 && fail(up.to));
  }

  /** One side is broken: the other gets a reset. */
  private boolean fail(StreamSocket broken) {
    boolean byClient = broken == up.from;
    (byClient ? up.to : up.from).resetOnClose();
    loop.counters().add(Counter.RESETS_PASSED_ON, 1);
    finish(byClient ? EndReason.RESET_BY_CLIENT : EndReason.RESET_BY_DESTINATION);
    return true;
  }

  /** Both sides get a reset: neither must take this for the end of the other's stream. */
  private boolean breakOff(EndReason reason) {
    loop.counters().add(Counter.RESETS_PASSED_ON, 1);
    resetBoth();
    finish(reason);
    return true;
  }

  private void resetBoth() {
    up.from.resetOnClose();
    up.to.resetOnClose();
  }

  /**
   * The last time that octets passed in either direction, by {@link System#nanoTime}; 0 before the
   * start. Any thread.
   */
  public long lastActiveNanos() {
    return (long) LAST_ACTIVE.getOpaque(this);
  }

  private static VarHandle lastActive() {
    try {
      return MethodHandles.lookup().findVarHandle(Tunnel.class, "lastActiveNanos", long.class);
    } catch (ReflectiveOperationException bug) {
      throw new ExceptionInInitializerError(bug);
    }
  }

  /**
   * Nothing has passed for a while: both sockets find out whether their peers are there. A tunnel
   * that never rests need not ask, for octets that nobody acknowledges break it.
   */
  public void keepAlive() {
    up.from.keepAlive();
    up.to.keepAlive();
  }

  /**
   * Ends it now and closes both sockets; does nothing if it has ended already. Unless both
   * directions had ended, both sides get a reset: nobody must take a stream that was cut for a
   * whole one. Nothing is cut where nothing has passed for the idle timeout, and nothing is on its
   * way: such a tunnel ends orderly.
   */
  public void end(EndReason reason) {
    if (over) {
      return;
    }
    if (cuts(reason)) {
      resetBoth();
    }
    finish(reason);
  }

  private boolean cuts(EndReason reason) {
    if (up.hasEnded() && down.hasEnded()) {
      return false;
    }
    return reason != EndReason.IDLE_TIMEOUT || up.isUnderWay() || down.isUnderWay();
  }

  private void finish(EndReason reason) {
    over = true;
    if (upBudget != null && downBudget != null) {
      upBudget.close();
      downBudget.close();
    }
    up.release();
    down.release();
    memory.close();
    up.from.close();
    up.to.close();
    try {
      report();
    } finally { // whatever the owner throws at a count, it is told of the end
      owner.ended(reason);
    }
  }

  @Override
  public void onBug(Throwable bug) {
    owner.onBug(bug);
  }
}
