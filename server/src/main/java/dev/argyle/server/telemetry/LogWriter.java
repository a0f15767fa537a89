package dev.argyle.server.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one log on a thread of its own. Any thread offers an immutable entry and never waits; the
 * log's thread formats and writes entries in batches.
 *
 * <p>Theory: the queue is bounded; an entry that finds it full is dropped and counted. While
 * entries come, the thread looks for them every {@value #POLL_MILLIS} ms, so that an offer makes no
 * system call; after {@value #LOOKS_IN_VAIN} looks in vain it sleeps until the next offer wakes it,
 * or for a second if time alone may bring lines. An idle log costs nothing. When a write fails, the
 * lines that were not written are kept and tried again twice a second; the failure is logged once,
 * and so is its end. Meanwhile the queue fills, and further entries are dropped.
 */
final class LogWriter<E> implements AutoCloseable {

  /** How a log looks. Called by the log's thread alone. */
  interface Format<E> {
    /** Appends the entry as one line with its newline. */
    void append(E entry, StringBuilder out);
  }

  /** What the clock triggers. Called by the log's thread alone. */
  interface Round {
    /** Offers the lines that are due; true: more will be due, so it is called within a second. */
    boolean offerDue();
  }

  /** Entries that may wait: half a second's at 30,000 a second. Further ones are dropped. */
  static final int QUEUE_LINES = 16_384;

  /** How long closing may take when the destination takes nothing. */
  static final long CLOSE_MILLIS = 2_000;

  private static final int BATCH_LINES = 512;
  private static final long POLL_MILLIS = 25;
  private static final long RETRY_MILLIS = 500;
  private static final long SLEEP_MILLIS = 1_000; // how late what the clock triggers may be
  private static final int LOOKS_IN_VAIN = 4;

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final String name;
  private final LogSink sink;
  private final Format<E> format;
  private final Round round;
  private final SharedCounters counters;
  private final int capacity;
  private final ArrayBlockingQueue<E> queue;
  private final LongAdder lost = new LongAdder();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closing;
  private long closeBy; // written before closing, by whoever closes
  private volatile boolean finished;
  private volatile boolean reopening;

  // The log thread's own.
  private final List<E> batch = new ArrayList<>(BATCH_LINES);
  private final StringBuilder text = new StringBuilder();
  private ByteBuffer octets = ByteBuffer.allocate(0);
  private boolean failing;
  private boolean bugTold;
  private boolean clockMatters;
  private long lostBefore;
  private int looksInVain;

  /**
   * Not started yet.
   *
   * @param name for people and for the thread, as in "access log"
   * @param round called before each look at the queue
   * @param counters count dropped lines; any thread uses them
   */
  LogWriter(
      String name,
      LogSink sink,
      Format<E> format,
      Round round,
      SharedCounters counters,
      int queueLines) {
    this.name = name;
    this.sink = sink;
    this.format = format;
    this.round = round;
    this.counters = counters;
    this.capacity = queueLines;
    this.queue = new ArrayBlockingQueue<>(queueLines);
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Hands over an entry; drops and counts it if the queue is full or the log closed. */
  void offer(E entry) {
    if (closing || !queue.offer(entry)) {
      lose(1);
    } else if (asleep) { // read after the queue's lock was released, so no wake-up is missed
      LockSupport.unpark(thread);
    } else if (finished && queue.remove(entry)) {
      lose(1);
    }
  }

  /** Entries in the queue. */
  int waiting() {
    return queue.size();
  }

  int capacity() {
    return capacity;
  }

  /** Opens the file again by its name, soon. */
  void reopen() {
    reopening = true;
    LockSupport.unpark(thread);
  }

  /** Tells the thread to write what is queued and end. Does not wait; later lines are dropped. */
  void finish() {
    if (!closing) {
      closeBy = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
      closing = true;
      LockSupport.unpark(thread);
    }
  }

  /** Waits until the thread has ended, until {@link #CLOSE_MILLIS} after {@link #finish}. */
  @Override
  public void close() {
    finish();
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.join(Duration.ofNanos(Math.max(closeBy - System.nanoTime(), 1)))) {
        LOG.error(
            "{}: the {} cannot be written; {} lines are lost", sink.name(), name, queue.size());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the thread has written what it had and ended. */
  boolean isFinished() {
    return finished;
  }

  /** Whether the next offer has to wake the thread. */
  boolean isAsleep() {
    return asleep;
  }

  private void run() {
    boolean more = true;
    while (more) {
      try {
        more = round();
      } catch (RuntimeException bug) { // the log outlives it
        more = !closing;
        bug("The " + name + " failed", bug);
        pause(false);
      }
    }
    finished = true;
    batch.clear();
    lose(queue.drainTo(batch) + linesIn(octets));
    try {
      sink.close();
    } catch (IOException e) {
      LOG.error("{}: cannot close the {}: {}", sink.name(), name, LogText.escaped(e.toString()));
    }
  }

  /** One look at the queue; false when the log has ended. */
  private boolean round() {
    boolean last = closing; // read before the queue: what was offered before closing is written
    if (reopening) {
      reopenSink();
    }
    clockMatters = round.offerDue();
    if (octets.hasRemaining()) {
      write();
    }
    boolean wrote = false;
    while (!octets.hasRemaining() && takeBatch()) {
      wrote = true;
      write();
    }
    if (last) {
      return false;
    }
    pause(wrote);
    return true;
  }

  private boolean takeBatch() {
    batch.clear();
    if (queue.drainTo(batch, BATCH_LINES) == 0) {
      return false;
    }
    text.setLength(0);
    for (E entry : batch) {
      int begin = text.length();
      try {
        format.append(entry, text);
      } catch (RuntimeException bug) {
        text.setLength(begin);
        lose(1);
        bug("A line of the " + name + " could not be formatted", bug);
      }
    }
    batch.clear();
    octets = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    return true;
  }

  private void bug(String what, RuntimeException bug) {
    counters.increment(Counter.BUGS);
    if (!bugTold) {
      bugTold = true;
      LOG.error("{}; further bugs of this log are counted but not logged", what, bug);
    }
  }

  private void write() {
    try {
      sink.write(octets);
      if (failing && !octets.hasRemaining()) {
        failing = false;
        LOG.warn("{}: the {} is written again; {} lines were lost", sink.name(), name, newlyLost());
      }
    } catch (IOException e) {
      failed("cannot write the " + name, e);
    }
  }

  private void reopenSink() {
    reopening = false;
    try {
      sink.reopen();
      dropTornLine();
    } catch (IOException e) {
      failed("cannot open the " + name + " again", e);
    }
  }

  /**
   * The rest of a line that begins in the old file must not be a line of the new one. Seldom:
   * {@link LogSink} takes half a line back.
   */
  private void dropTornLine() {
    if (octets.hasRemaining()
        && octets.position() > 0
        && octets.get(octets.position() - 1) != '\n') {
      while (octets.hasRemaining() && octets.get() != '\n') {}
      lose(1);
    }
  }

  private void failed(String what, IOException e) {
    if (!failing) {
      failing = true;
      lostBefore = lost.sum();
      LOG.error(
          "{}: {}: {}. Retrying; {} lines are kept, further ones are dropped and counted",
          sink.name(),
          what,
          LogText.escaped(String.valueOf(e.getMessage())),
          queue.size() + queue.remainingCapacity());
    }
  }

  private void pause(boolean wrote) {
    looksInVain = wrote ? 0 : looksInVain + 1;
    if (failing || octets.hasRemaining()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(failing ? RETRY_MILLIS : POLL_MILLIS));
    } else if (looksInVain < LOOKS_IN_VAIN) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    } else {
      asleep = true;
      if (queue.isEmpty() && !closing && !reopening) {
        sleep();
      }
      asleep = false;
    }
  }

  private void sleep() {
    if (clockMatters) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLEEP_MILLIS));
    } else {
      LockSupport.park();
    }
  }

  private void lose(int lines) {
    if (lines > 0) {
      lost.add(lines);
      counters.add(Counter.LOG_LINES_DROPPED, lines);
    }
  }

  private long newlyLost() {
    return lost.sum() - lostBefore;
  }

  private static int linesIn(ByteBuffer octets) {
    int lines = 0;
    while (octets.hasRemaining()) {
      if (octets.get() == '\n') {
        lines++;
      }
    }
    return lines;
  }
}
