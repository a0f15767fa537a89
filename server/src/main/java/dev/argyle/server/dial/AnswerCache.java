package dev.argyle.server.dial;

import dev.argyle.server.dial.NameResolver.Answer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers of name servers, each for its time to live. Any thread reads; one loop writes. A full
 * cache evicts the oldest answer, unless it was used since it came: then it stays for another round
 * ("second chance"), so that floods of random names do not evict popular ones.
 */
final class AnswerCache {

  /** Second chances in one insertion, so that its time is bounded. */
  private static final int MAX_SECOND_CHANCES = 8;

  private final int maxAnswers;
  private final LongSupplier clockNanos;
  private final ConcurrentMap<Question, Entry> entries = new ConcurrentHashMap<>();
  private final Queue<Question> oldestFirst = new ArrayDeque<>();

  AnswerCache(int maxAnswers, LongSupplier clockNanos) {
    this.maxAnswers = maxAnswers;
    this.clockNanos = clockNanos;
  }

  /** Null: not cached, or expired. */
  @Nullable Answer get(Question question) {
    Entry entry = entries.get(question);
    if (entry == null || entry.isOver(clockNanos.getAsLong())) {
      return null;
    }
    if (!entry.used) {
      entry.used = true;
    }
    return entry.answer;
  }

  /**
   * Called on the writing loop.
   *
   * @param ttlSeconds 0: the answer is not kept
   */
  void put(Question question, Answer answer, long ttlSeconds) {
    if (ttlSeconds <= 0 || maxAnswers <= 0) {
      return;
    }
    long untilNanos = clockNanos.getAsLong() + TimeUnit.SECONDS.toNanos(ttlSeconds);
    if (entries.replace(question, new Entry(answer, untilNanos)) != null) {
      return; // its place in the queue stays
    }
    if (entries.size() >= maxAnswers) {
      forgetOne();
    }
    entries.put(question, new Entry(answer, untilNanos));
    oldestFirst.add(question);
  }

  int size() {
    return entries.size();
  }

  private void forgetOne() {
    long now = clockNanos.getAsLong();
    for (int chances = 0; ; chances++) {
      Question oldest = oldestFirst.remove();
      Entry entry = entries.get(oldest);
      if (entry != null && entry.used && !entry.isOver(now) && chances < MAX_SECOND_CHANCES) {
        entry.used = false;
        oldestFirst.add(oldest);
      } else {
        entries.remove(oldest);
        return;
      }
    }
  }

  private static final class Entry {

    private final Answer answer;
    private final long untilNanos;
    private volatile boolean used;

    Entry(Answer answer, long untilNanos) {
      this.answer = answer;
      this.untilNanos = untilNanos;
    }

    boolean isOver(long nowNanos) {
      return nowNanos - untilNanos >= 0;
    }
  }
}
