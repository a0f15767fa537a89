package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.dial.Gate.Allowed;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A destination being dialled by Happy Eyeballs (RFC 8305, sections 3 and 5). The first attempt
 * starts when the AAAA answer is in, or {@value #RESOLUTION_DELAY_MILLIS} ms after the A answer
 * (the other way around where an egress prefers IPv4); each further one when the one before has
 * failed, or {@value #ATTEMPT_DELAY_MILLIS} ms after it. The first to connect wins and ends the
 * others. A destination that is an address is a race of one.
 *
 * <p>At most {@value #MAX_ATTEMPTS} attempts are under way: each holds a descriptor, and who names
 * a destination says how many addresses it has. When another is due, it waits until one fails or
 * the oldest has had {@value #MIN_ATTEMPT_MILLIS} ms, which is then closed in its favour (NIO gives
 * its descriptor back when the loop selects next). To wait for a failure alone would be no bound on
 * time: four addresses that drop what they get, which is what a firewall does, would keep the dial
 * from the fifth until its timeout. To close the oldest at once would give each attempt a second,
 * in which a lost SYN is not repeated.
 *
 * <p>An attempt costs several system calls, and the answers and alarms of hundreds of dials can
 * come at once: what follows from them is a step that waits for its turn.
 *
 * <p>Belongs to its loop. After its outcome nothing here does anything.
 */
public final class Dial implements AddressSearch.Listener, LoopTurns.Step {

  /** "Resolution Delay" (RFC 8305, section 8). */
  static final long RESOLUTION_DELAY_MILLIS = 50;

  /** "Connection Attempt Delay" (RFC 8305, section 8). */
  static final long ATTEMPT_DELAY_MILLIS = 250;

  /** Attempts under way at a time. Fixed: a race needs no more, see above. */
  static final int MAX_ATTEMPTS = 4;

  /**
   * What an attempt has at least before it is closed in favour of another: a lost SYN is sent again
   * after a second (RFC 6298, section 2.1), and the answer has half a second. In the 10 s of the
   * default connect timeout, this is time for 28 addresses.
   */
  static final long MIN_ATTEMPT_MILLIS = 1500;

  private final Dialler dialler;
  private final Source source;
  private final int port;
  private final DialOutcome outcome;
  private final AddressSearch search;

  private final Family first;
  private final AddressPlan plan;
  private final List<DialAttempt> attempts = new ArrayList<>(2); // the oldest first
  private @Nullable Runnable alarm; // cancels it
  private boolean starting; // start() is on the stack, which is part of a step
  private boolean waitsForTurn;
  private boolean started; // the first attempt may be made
  private boolean advancing; // advance() is on the stack
  private boolean due; // the next attempt need not wait
  private boolean race; // more than one address was tried
  private boolean ended;

  Dial(Dialler dialler, Asker asker, Destination to, Gate gate, DialOutcome outcome) {
    this.dialler = dialler;
    this.source = asker.source();
    this.port = to.port();
    this.outcome = outcome;
    this.search = dialler.search(asker, to.host(), gate, this);
    this.first = first(gate.sources());
    this.plan = new AddressPlan(first);
  }

  private static Family first(@Nullable Sources sources) {
    Families families = sources == null ? null : sources.families();
    return families == null || families.ipv6First() ? Family.IPV6 : Family.IPV4;
  }

  void start() {
    starting = true;
    search.start();
    starting = false;
  }

  @Override
  public void answered(Family family, List<InetAddress> addresses) {
    plan.add(addresses);
    if (started || !search.awaits(first)) {
      proceed();
    } else if (!plan.isEmpty()) {
      wake(RESOLUTION_DELAY_MILLIS, this::proceed);
    }
  }

  private void proceed() {
    if (starting) {
      turn();
    } else if (!waitsForTurn) {
      waitsForTurn = true;
      dialler.connector.soon(this);
    }
  }

  @Override
  public Source source() {
    return source;
  }

  @Override
  public void turn() {
    waitsForTurn = false;
    if (ended) {
      return;
    }
    if (started) {
      advance();
    } else {
      begin();
    }
  }

  private void begin() {
    if (plan.isEmpty() && !search.isOver()) {
      return; // no addresses of the first family: the other answer begins
    }
    cancelAlarm();
    started = true;
    due = true;
    advance();
  }

  /** Makes every attempt that is due; ends the dial when nothing is left to wait for. */
  private void advance() {
    if (advancing) {
      return; // an attempt failed inside connect(): the loop below goes on
    }
    advancing = true;
    while (!ended && (due || attempts.isEmpty()) && !plan.isEmpty() && hasPlace()) {
      tryNext();
    }
    advancing = false;
    if (!ended && attempts.isEmpty() && plan.isEmpty() && search.isOver()) {
      fail();
    }
  }

  private void tryNext() {
    InetAddress address = plan.next();
    Allowed allowed = address == null ? null : search.ask(address);
    if (address == null || allowed == null) {
      return;
    }
    Sources sources = allowed.sources();
    Pick pick = sources == null ? Pick.ANY : sources.pick(address, dialler.counters);
    if (pick == null) {
      search.note(
          new Failure(DialFailure.NO_RESOURCES, "every address of the egress is set aside"));
      return;
    }
    race |= !attempts.isEmpty();
    if (attempts.size() == MAX_ATTEMPTS) {
      attempts.removeFirst().cancel();
      search.note(Failure.of(DialFailure.TIMED_OUT));
      dialler.counters.increment(Counter.DIAL_ATTEMPTS_CUT_SHORT);
    }
    due = false;
    if (!plan.isEmpty() || !search.isOver()) {
      wake(ATTEMPT_DELAY_MILLIS, this::attemptDelayIsOver);
    }
    DialAttempt attempt =
        new DialAttempt(this, dialler, new InetSocketAddress(address, port), pick);
    attempts.add(attempt);
    attempt.start();
  }

  /** Whether another attempt may begin; if not, it is due again when it may. */
  private boolean hasPlace() {
    if (attempts.size() < MAX_ATTEMPTS) {
      return true;
    }
    long hadNanos = dialler.timing.nanoTime() - attempts.getFirst().begunNanos();
    long leftNanos = TimeUnit.MILLISECONDS.toNanos(MIN_ATTEMPT_MILLIS) - hadNanos;
    if (leftNanos <= 0) {
      return true; // that of the oldest
    }
    wakeAfterNanos(leftNanos, this::proceed);
    return false;
  }

  private void attemptDelayIsOver() {
    due = true;
    proceed();
  }

  private void wake(long delayMillis, Runnable task) {
    wakeAfterNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis), task);
  }

  private void wakeAfterNanos(long delayNanos, Runnable task) {
    cancelAlarm();
    Runnable once =
        () -> {
          alarm = null;
          if (!ended) {
            task.run();
          }
        };
    alarm = dialler.timing.after(dialler.loop, delayNanos, guarded(once));
  }

  private void cancelAlarm() {
    if (alarm != null) {
      alarm.run();
      alarm = null;
    }
  }

  private void fail() {
    cancel();
    outcome.failed(search.failure());
  }

  /**
   * The time for the whole dial is up, which the caller notices in its own sweep. Ends everything
   * as {@link #cancel()} does, and reports {@link DialFailure#TIMED_OUT} or a more telling failure
   * of an attempt.
   */
  public void timeout() {
    if (!ended) {
      search.note(
          started
              ? Failure.of(DialFailure.TIMED_OUT)
              : new Failure(DialFailure.TIMED_OUT, "timed out before the name was resolved"));
      fail();
    }
  }

  /** Whether attempts at several addresses were under way at a time. */
  public boolean isRace() {
    return race;
  }

  /** Ends every attempt, lookup and timer; no outcome follows. */
  public void cancel() {
    if (ended) {
      return;
    }
    ended = true;
    cancelAlarm();
    search.cancel();
    for (DialAttempt attempt : attempts) {
      attempt.cancel();
    }
    attempts.clear();
  }

  @Override
  public void onBug(Throwable bug) {
    cancel();
    outcome.onBug(bug);
  }

  // What attempts tell.

  boolean isUnderWay(DialAttempt attempt) {
    return !ended && attempts.contains(attempt);
  }

  boolean hasEnded() {
    return ended;
  }

  void won(DialAttempt attempt, StreamSocket socket) {
    attempts.remove(attempt);
    cancel();
    outcome.bound(attempt.pick());
    outcome.connected(socket, attempt.to());
  }

  void lost(DialAttempt attempt, Failure why) {
    attempts.remove(attempt);
    search.note(why);
    due = true;
    advance();
  }
}
