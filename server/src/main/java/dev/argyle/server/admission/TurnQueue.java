package dev.argyle.server.admission;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares out turns at costly work, such as password hashes, so that no source uses up what all
 * share. A source ({@link Source}) has a bounded number of turns at once, and there is a bounded
 * number in all. Further requests wait: first come, first served within a source, and the sources
 * take turns. The table holds only sources with work under way or waiting.
 *
 * <pre>{@code
 * Turn turn = queue.ask(client, granted -> loop.execute(() -> work(granted)));
 * if (turn == null) {
 *   // the queue is full: answer as if the server could not decide
 * }
 * turn.withdraw(); // when the client leaves
 * granted.end(); // when the work has ended, or if it need not begin any more
 * }</pre>
 *
 * <p>Safe for any thread. Never blocks: everything mutable is under this object's monitor, and
 * callbacks are called outside of it.
 */
public final class TurnQueue {

  /**
   * Requests that may wait. A source may have no more waiting than there are free places, so one
   * source alone gets half of them, and there is always a place left for another.
   */
  public static final int MAX_WAITING = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(TurnQueue.class);

  private enum State {
    WAITING,
    UNDER_WAY,
    OVER
  }

  /** A request for a turn, and the turn once it is granted. */
  public final class Turn {
    private final Line line;
    private final Consumer<Turn> granted;
    private State state = State.WAITING; // under the monitor

    private Turn(Line line, Consumer<Turn> granted) {
      this.line = line;
      this.granted = granted;
    }

    /**
     * Takes the request back if it still waits. Once it is granted, this does nothing: whoever was
     * called ends the turn.
     */
    public void withdraw() {
      synchronized (TurnQueue.this) {
        if (state == State.WAITING) {
          leaveQueue();
        }
      }
    }

    /** Under the monitor. */
    private void leaveQueue() {
      state = State.OVER;
      line.waiting.remove(this);
      waiting--;
      update(line);
    }

    /**
     * Gives a granted turn back, once the work has ended or if it need not begin; takes back a
     * request that still waits. The turn stands for the work, not for the client, who may have
     * left. Further calls do nothing.
     */
    public void end() {
      synchronized (TurnQueue.this) {
        switch (state) {
          case WAITING -> leaveQueue();
          case UNDER_WAY -> {
            state = State.OVER;
            line.underWay--;
            underWay--;
            update(line);
          }
          case OVER -> {
            return;
          }
        }
      }
      grantAll();
    }

    private void begin() {
      try {
        granted.accept(this);
      } catch (RejectedExecutionException stopped) {
        LOG.debug("the loop has ended", stopped);
        end();
      } catch (Throwable bug) { // else nobody would be granted a turn any more
        LOG.error("a turn could not begin; this is a bug in Argyle", bug);
        end();
      }
    }
  }

  /** The requests of one source or asker. */
  private static final class Line {
    private final Object asker;
    private final SequencedSet<Turn> waiting = new LinkedHashSet<>();
    private int underWay;

    private Line(Object asker) {
      this.asker = asker;
    }
  }

  private final int ofASource;
  private final int inAll;

  // under the monitor
  private final Map<Object, Line> lines = new HashMap<>();
  private final SequencedSet<Line> next = new LinkedHashSet<>(); // who wait and may have a turn
  private int waiting;
  private int underWay;
  private boolean granting; // some thread is in grantAll

  /**
   * @param ofASource turns at once, for a source
   * @param inAll turns at once, for all sources together
   */
  public TurnQueue(int ofASource, int inAll) {
    this.ofASource = ofASource;
    this.inAll = inAll;
  }

  /** Asks for a turn of a source. {@link #ask(Asker, Consumer)} has the rest. */
  public @Nullable Turn ask(InetAddress source, Consumer<Turn> granted) {
    return enter(Source.of(source), granted);
  }

  /**
   * Asks for a turn.
   *
   * @param asker whose turn it is; what is said of sources holds for askers
   * @param granted called once, with what this method returns, when the turn is there: perhaps
   *     before this method returns, and on any thread. It must not block, so it posts the work to
   *     where it belongs. It is not called after {@link Turn#withdraw}.
   * @return null: too many wait already, and {@code granted} is never called
   */
  public @Nullable Turn ask(Asker asker, Consumer<Turn> granted) {
    return enter(asker, granted);
  }

  private @Nullable Turn enter(Object asker, Consumer<Turn> granted) {
    Turn turn = enqueue(asker, granted);
    if (turn != null) {
      grantAll();
    }
    return turn;
  }

  private synchronized @Nullable Turn enqueue(Object asker, Consumer<Turn> granted) {
    Line line = lines.computeIfAbsent(asker, Line::new);
    boolean atOnce = underWay < inAll && line.underWay < ofASource;
    if (!atOnce && line.waiting.size() >= MAX_WAITING - waiting) {
      update(line);
      return null;
    }
    Turn turn = new Turn(line, granted);
    line.waiting.add(turn);
    waiting++;
    update(line);
    return turn;
  }

  /** One thread at a time: so a callback that ends its turn makes no recursion. */
  private void grantAll() {
    synchronized (this) {
      if (granting) {
        return;
      }
      granting = true;
    }
    for (Turn turn = dequeue(); turn != null; turn = dequeue()) {
      turn.begin();
    }
  }

  private synchronized @Nullable Turn dequeue() {
    if (underWay == inAll || next.isEmpty()) {
      granting = false;
      return null;
    }
    Line line = next.removeFirst();
    Turn turn = line.waiting.removeFirst();
    turn.state = State.UNDER_WAY;
    waiting--;
    line.underWay++;
    underWay++;
    update(line);
    return turn;
  }

  /** Under the monitor, after each change of a line. */
  private void update(Line line) {
    if (line.waiting.isEmpty() || line.underWay == ofASource) {
      next.remove(line);
    } else {
      next.add(line); // at the end, unless it is there already
    }
    if (line.waiting.isEmpty() && line.underWay == 0) {
      lines.remove(line.asker);
    }
  }

  /** Requests that wait for a turn. */
  public synchronized int waiting() {
    return waiting;
  }

  /** Turns that are granted and not given back. */
  public synchronized int underWay() {
    return underWay;
  }

  /** Sources that have turns or wait for some. */
  public synchronized int sources() {
    return lines.size();
  }
}
