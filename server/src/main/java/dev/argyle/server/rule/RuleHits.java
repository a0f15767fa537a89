package dev.argyle.server.rule;

import dev.argyle.server.config.RuleLine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * How often each rule, and each kind of default, has decided: since the process began, and in the
 * last day by hours. Any thread counts and reads, without locks; an instant late at most. A rule
 * that never decides takes no memory, any other some 250 octets. A rule that stays in the
 * configuration keeps its hits when the file is read again, wherever its line is by then.
 */
final class RuleHits {

  /** Buckets of the last day: the hour that has begun, and those before it. */
  static final int HOURS = 24;

  /** Behind the rules: the three kinds of defaults. */
  private enum Default {
    OPEN,
    CLOSED,
    OWN_LISTENER
  }

  private static final long START_NANOS = System.nanoTime();
  private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  /** A bucket's low bits are its hits, the others the hour that they are of. */
  private static final int COUNT_BITS = 40;

  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /** The last cell is the sum of all hours. */
  private static final int SUM = HOURS;

  private final int rules;
  private final AtomicReferenceArray<@Nullable AtomicLongArray> cells;

  /** Nothing has decided yet. */
  RuleHits(int rules) {
    this.rules = rules;
    this.cells = new AtomicReferenceArray<>(rules + Default.values().length);
  }

  /** The hits of the rules of {@code lines} that were among those before, and of the defaults. */
  RuleHits(List<RuleLine> lines, RuleHits before, List<RuleLine> linesBefore) {
    this(lines.size());
    Map<RuleLine, Deque<AtomicLongArray>> known = new HashMap<>();
    for (int rule = 0; rule < linesBefore.size(); rule++) {
      AtomicLongArray cell = before.cells.get(rule);
      if (cell != null) {
        known
            .computeIfAbsent(anywhere(linesBefore.get(rule)), _ -> new ArrayDeque<>())
            .addLast(cell);
      }
    }
    for (int rule = 0; rule < rules; rule++) {
      Deque<AtomicLongArray> found = known.get(anywhere(lines.get(rule)));
      if (found != null && !found.isEmpty()) {
        cells.set(rule, found.removeFirst());
      }
    }
    for (Default kind : Default.values()) {
      cells.set(rules + kind.ordinal(), before.cells.get(before.rules + kind.ordinal()));
    }
  }

  /** The rule without its place: a line that was added above it has moved it. */
  private static RuleLine anywhere(RuleLine line) {
    return new RuleLine(
        line.allow(),
        line.users(),
        line.from(),
        line.commands(),
        line.to(),
        line.ports(),
        line.source(),
        line.egress(),
        "");
  }

  /** Counts one. */
  void add(Decision decision, long nowNanos) {
    AtomicLongArray cell = cell(index(decision));
    cell.getAndIncrement(SUM);
    long hour = hour(nowNanos);
    int bucket = (int) (hour % HOURS);
    long before;
    long after;
    do {
      before = cell.get(bucket);
      after = before >>> COUNT_BITS == hour ? before + 1 : hour << COUNT_BITS | 1;
    } while (!cell.compareAndSet(bucket, before, after));
  }

  private AtomicLongArray cell(int index) {
    AtomicLongArray cell = cells.get(index);
    if (cell != null) {
      return cell;
    }
    AtomicLongArray fresh = new AtomicLongArray(HOURS + 1);
    AtomicLongArray raced = cells.compareAndExchange(index, null, fresh);
    return raced == null ? fresh : raced;
  }

  private int index(Decision decision) {
    if (decision.rule() > 0) {
      return decision.rule() - 1;
    }
    Default kind =
        decision.allowed()
            ? Default.OPEN
            : decision.reason().startsWith(OwnListeners.WORDS)
                ? Default.OWN_LISTENER
                : Default.CLOSED;
    return rules + kind.ordinal();
  }

  /** From 1: a bucket of zeros is of no hour. */
  private static long hour(long nowNanos) {
    return Math.max(0, nowNanos - START_NANOS) / HOUR_NANOS + 1;
  }

  RuleEntry.Hits ofRule(int rule, long nowNanos) {
    return read(cells.get(rule), nowNanos);
  }

  RuleEntry.Hits open(long nowNanos) {
    return read(cells.get(rules + Default.OPEN.ordinal()), nowNanos);
  }

  RuleEntry.Hits closed(long nowNanos) {
    return read(cells.get(rules + Default.CLOSED.ordinal()), nowNanos);
  }

  RuleEntry.Hits ownListener(long nowNanos) {
    return read(cells.get(rules + Default.OWN_LISTENER.ordinal()), nowNanos);
  }

  private static RuleEntry.Hits read(@Nullable AtomicLongArray cell, long nowNanos) {
    if (cell == null) {
      return RuleEntry.Hits.NONE;
    }
    long oldest = hour(nowNanos) - HOURS + 1;
    long day = 0;
    for (int bucket = 0; bucket < HOURS; bucket++) {
      long hits = cell.get(bucket);
      if (hits >>> COUNT_BITS >= oldest) {
        day += hits & COUNT_MASK;
      }
    }
    return new RuleEntry.Hits(cell.get(SUM), day);
  }
}
