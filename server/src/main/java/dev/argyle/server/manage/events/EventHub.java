package dev.argyle.server.manage.events;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners once a second what happens. Its thread runs while somebody listens, and {@link
 * #LINGER} longer, so that a client that lost its connection can resume; then nothing is left of
 * it. Any thread may call. What listeners share is under this object's monitor; the look itself,
 * and the rendering, belong to the thread and are done outside of it.
 */
public final class EventHub implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);

  /** In all: a message is a system call for each. */
  public static final int LISTENERS_AT_MOST = 1_024;

  /** Of one source: a dashboard is one for each of its tabs. */
  public static final int LISTENERS_OF_A_SOURCE = 64;

  /** Between two looks. */
  static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** For clients that come back. */
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final String TOO_SLOW =
      "this client did not read what it was sent; connect again, and read at once";

  private final Telemetry telemetry;
  private final Users users;
  private final Tally counters;
  private final int descriptorLimit;
  private final ThreadFactory threads;

  // under the monitor
  private final List<Listener> listeners = new ArrayList<>();
  private final Window window = new Window();
  private @Nullable Thread thread;
  private long emptySince;
  private boolean closed;
  private long lastId = System.currentTimeMillis(); // above the ids of any earlier process

  // of the thread
  private @Nullable Changes changes;
  private @Nullable Rendering rendering;
  private @Nullable Totals before;
  private long lookedNanos;
  private long knownUsers;

  /**
   * A hub without listeners: no thread.
   *
   * @param descriptorLimit of this process
   */
  public EventHub(Telemetry telemetry, Users users, int descriptorLimit) {
    this(telemetry, users, descriptorLimit, Thread.ofPlatform().name("events").daemon()::unstarted);
  }

  EventHub(Telemetry telemetry, Users users, int descriptorLimit, ThreadFactory threads) {
    this.telemetry = telemetry;
    this.users = users;
    this.counters = telemetry.counters().shared();
    this.descriptorLimit = descriptorLimit;
    this.threads = threads;
  }

  /** Whether somebody may listen. */
  public sealed interface Answer {
    /** To be closed when its client has gone. */
    record Accepted(Listener listener) implements Answer {}

    /**
     * Too many listen.
     *
     * @param detail what is full
     */
    record Refused(String detail) implements Answer {}
  }

  /** Why nobody more may listen from there, for who wants to know before; null: somebody may. */
  public synchronized @Nullable String refusal(Source source) {
    String full = full(source);
    if (full != null) {
      counters.add(Counter.EVENT_LISTENERS_REFUSED, 1);
    }
    return full;
  }

  /**
   * Somebody wants to listen. If it may not, the sink is closed with a message that says why.
   *
   * @param lastSeen the last id that the client has seen; null: it is new, or has begun again
   * @param connections whether it wants messages about connections, too
   */
  public synchronized Answer listen(
      Source source, @Nullable Long lastSeen, boolean connections, Sink sink) {
    String full = refusal(source);
    if (full != null) {
      sink.close(Rendering.dropped(full).octets());
      return new Answer.Refused(full);
    }
    Listener listener = new Listener(this, source, connections, sink);
    beginning(lastSeen).forEach(listener::offer);
    listeners.add(listener);
    if (thread == null) {
      thread = threads.newThread(this::run);
      thread.start();
    }
    return new Answer.Accepted(listener);
  }

  private @Nullable String full(Source source) {
    if (closed) {
      return "the server is shutting down";
    }
    if (listeners.size() >= LISTENERS_AT_MOST) {
      return LISTENERS_AT_MOST + " clients listen already";
    }
    long ofSource = listeners.stream().filter(one -> one.source().equals(source)).count();
    return ofSource < LISTENERS_OF_A_SOURCE
        ? null
        : LISTENERS_OF_A_SOURCE + " clients of this address listen already";
  }

  /** What it has missed, or that it has, and the newest totals, so that something comes at once. */
  private List<Message> beginning(@Nullable Long lastSeen) {
    List<Message> missed = lastSeen == null ? null : window.after(lastSeen);
    if (missed != null) {
      return missed;
    }
    List<Message> beginning = new ArrayList<>();
    if (lastSeen != null) {
      beginning.add(Rendering.gap(lastId));
    }
    Message totals = window.newest(Message.Kind.TOTALS);
    if (totals != null) {
      beginning.add(totals);
    }
    return beginning;
  }

  synchronized void left(Listener listener) {
    if (listeners.remove(listener) && listeners.isEmpty()) {
      emptySince = System.nanoTime();
    }
  }

  /** How many listen. */
  public synchronized int listeners() {
    return listeners.size();
  }

  // The thread

  private void run() {
    try {
      begin(System.currentTimeMillis(), System.nanoTime());
      long next = System.nanoTime() + PERIOD_NANOS;
      while (!isOver(System.nanoTime())) {
        TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
        turn(System.currentTimeMillis(), System.nanoTime());
        next = Math.max(next + PERIOD_NANOS, System.nanoTime()); // late turns are not made up for
      }
    } catch (InterruptedException closing) {
      LOG.debug("no more events", closing);
    } catch (RuntimeException bug) {
      LOG.error("events stopped; this is a bug in Argyle", bug);
      telemetry.counters().shared().add(Counter.BUGS, 1);
    } finally {
      end();
    }
  }

  /** Whether nobody has listened for long; then another thread may begin at once. */
  private synchronized boolean isOver(long nowNanos) {
    if (closed) {
      return true;
    }
    if (!listeners.isEmpty() || nowNanos - emptySince < LINGER_NANOS) {
      return false;
    }
    forget();
    return true;
  }

  private void forget() {
    window.clear();
    thread = null;
  }

  /** Unless it was over anyway, all listeners are sent away: they connect again. */
  private synchronized void end() {
    if (thread == Thread.currentThread()) {
      listeners.forEach(Listener::end);
      listeners.clear();
      forget();
    }
  }

  /** The first look: what is open is known from now on. */
  void begin(long nowMillis, long nowNanos) {
    Changes first = new Changes(telemetry);
    first.begin();
    changes = first;
    rendering = new Rendering();
    before = null;
    totals(nowMillis, nowNanos, first);
  }

  /** A look. */
  void turn(long nowMillis, long nowNanos) {
    Changes looking = changes;
    Rendering renders = rendering;
    if (looking == null || renders == null) {
      throw new IllegalStateException("begin first");
    }
    dropTheLate();
    looking.look();
    if (looking.isAny()) {
      publish(renders.connections(nextId(), nowNanos, looking));
    }
    totals(nowMillis, nowNanos, looking);
  }

  private void totals(long nowMillis, long nowNanos, Changes looked) {
    long connected = users.connected().getAsLong();
    Totals now = Totals.read(telemetry, countUsers(), connected, descriptorLimit);
    Totals last = before;
    long nanos = nowNanos - lookedNanos;
    Rates rates = last == null ? Rates.NONE : Rates.between(last, now, nanos);
    before = now;
    lookedNanos = nowNanos;
    Map<String, Long> moving = looked.mostMoving(Rendering.USERS_AT_MOST);
    Rendering renders = rendering;
    if (renders != null) {
      publish(renders.totals(nextId(), nowMillis, now, rates, moving, nanos));
    }
  }

  private long countUsers() {
    try {
      knownUsers = users.accounts().getAsLong();
    } catch (RuntimeException unreadable) { // the accounts; whoever manages them is told
      LOG.debug("users cannot be counted", unreadable);
    }
    return knownUsers;
  }

  private synchronized long nextId() {
    return ++lastId;
  }

  private synchronized void publish(Message message) {
    window.add(message);
    List<Listener> lost = new ArrayList<>();
    for (Listener listener : listeners) {
      if (!listener.offer(message)) {
        lost.add(listener);
      }
    }
    lost.forEach(this::drop);
  }

  private synchronized void dropTheLate() {
    listeners.stream().filter(Listener::isTooLate).toList().forEach(this::drop);
  }

  private void drop(Listener listener) {
    left(listener);
    if (listener.isOpen()) {
      counters.add(Counter.EVENT_LISTENERS_DROPPED, 1);
      LOG.info("a listener of events did not read, and was dropped");
      listener.dismiss(Rendering.dropped(TOO_SLOW));
    }
  }

  /** Sends all listeners away, and ends. */
  @Override
  public synchronized void close() {
    closed = true;
    listeners.forEach(Listener::end);
    listeners.clear();
    window.clear();
    if (thread != null) {
      thread.interrupt();
      thread = null;
    }
  }
}
