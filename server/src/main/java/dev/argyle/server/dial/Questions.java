package dev.argyle.server.dial;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.dial.NameResolver.Answer;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions to name servers that are under way or wait for a turn, and who waits for their
 * answers. Each holds a descriptor, and a name that nobody answers holds it for long: so each asker
 * has a bounded number under way, there is a bounded number in all, and the rest waits in a {@link
 * TurnQueue}, where askers take turns.
 *
 * <p>What several ask is asked once, as soon as one of them has a turn, and uses that one's share.
 * A question ends with the last who waits for it. Belongs to one loop, the resolver's home.
 */
final class Questions {

  /** Who waits for an answer. Compared by identity. */
  interface Waiter {

    Asker asker();

    /** Called once on the home loop, unless it has left before. */
    void answered(Question question, Answer answer);
  }

  /**
   * How long a turn lasts at least if its question is abandoned. Netty keeps the id of a query that
   * was cancelled for 10 s (DnsQueryContext), and a name server has 65,536 of them: with the most
   * turns that can be configured, 5,000, at most 50,000 are kept. Without it, one client that asks
   * and leaves could take all of them.
   */
  static final long MIN_TURN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
  private static final Answer TOO_MANY_WAIT = refusal("too many names wait to be looked up");
  private static final Answer WAITED_TOO_LONG =
      refusal("no turn to ask name servers within dns.question-timeout");

  private final EventExecutor home;
  private final Timing timing;
  private final NameServers servers;
  private final TurnQueue turns;
  private final long waitNanos;
  private final BiConsumer<Question, Reply> keep;
  private final Tally counters;
  private final Map<Question, Open> open = new HashMap<>();
  private volatile int openSeen; // of any thread
  private boolean logged;
  private long loggedNanos;

  /**
   * @param turns of this object alone, so that all are granted on the home loop
   * @param waitNanos how long a question waits for a turn at most
   * @param keep is told of each reply first
   */
  Questions(
      EventExecutor home,
      Timing timing,
      NameServers servers,
      TurnQueue turns,
      long waitNanos,
      BiConsumer<Question, Reply> keep,
      Tally counters) {
    this.home = home;
    this.timing = timing;
    this.servers = servers;
    this.turns = turns;
    this.waitNanos = waitNanos;
    this.keep = keep;
    this.counters = counters;
  }

  private static Answer refusal(String detail) {
    return new Failed(new Failure(DialFailure.NO_RESOURCES, detail));
  }

  /** Asks, or waits for the answer to the same question of somebody else. */
  void ask(Question question, Waiter waiter) {
    Open one = open.computeIfAbsent(question, Open::new);
    openSeen = open.size();
    one.add(waiter);
  }

  /** It waits no longer. If nobody else does, the question ends. */
  void leave(Question question, Waiter waiter) {
    Open one = open.get(question);
    if (one != null) {
      one.leave(waiter);
    }
  }

  /** Those that are under way or wait for a turn, an instant late; any thread. */
  int size() {
    return openSeen;
  }

  private void refused(long count) {
    counters.add(Counter.DNS_QUESTIONS_REFUSED, count);
    long now = timing.nanoTime();
    if (!logged || now - loggedNanos >= LOG_NANOS) {
      logged = true;
      loggedNanos = now;
      LOG.warn(
          "names of some clients fail to resolve, since these clients ask for more at a time than"
              + " dns.max-per-source and dns.max-questions allow; logged once a minute at most");
    }
  }

  /** A question that has no answer yet. */
  private final class Open {

    private final Question question;
    private final Map<Asker, Line> lines = new HashMap<>(2);
    private TurnQueue.@Nullable Turn turn;
    private long begunNanos;
    private @Nullable Runnable cancel;
    private boolean over;

    Open(Question question) {
      this.question = question;
    }

    void add(Waiter waiter) {
      Line line = lines.computeIfAbsent(waiter.asker(), asker -> new Line(this, asker));
      line.waiters.add(waiter);
      if (turn == null && !line.queued) {
        line.queue();
      }
    }

    void granted(TurnQueue.Turn given) {
      if (over || turn != null) {
        given.end(); // somebody else's turn was first
        return;
      }
      turn = given;
      begunNanos = timing.nanoTime();
      lines.values().forEach(Line::leaveQueue);
      counters.increment(Counter.DNS_QUESTIONS);
      Runnable begun = servers.ask(question, this::replied);
      if (!over) {
        cancel = begun;
      }
    }

    private void replied(Reply reply) {
      List<Waiter> waiters = new ArrayList<>();
      lines.values().forEach(line -> waiters.addAll(line.waiters));
      close();
      keep.accept(question, reply);
      if (turn != null) {
        turn.end();
      }
      waiters.forEach(waiter -> waiter.answered(question, reply.answer()));
    }

    void leave(Waiter waiter) {
      Line line = lines.get(waiter.asker());
      if (line == null || !line.waiters.remove(waiter) || !line.waiters.isEmpty()) {
        return;
      }
      remove(line);
      if (over) {
        counters.increment(Counter.DNS_QUESTIONS_ABANDONED);
      }
    }

    /** Its askers wait no longer. */
    void remove(Line line) {
      line.leaveQueue();
      lines.remove(line.asker);
      if (!lines.isEmpty()) {
        return;
      }
      close();
      if (cancel != null) {
        cancel.run();
      }
      if (turn != null) {
        endInTime(turn);
      }
    }

    private void endInTime(TurnQueue.Turn used) {
      long leftNanos = MIN_TURN_NANOS - (timing.nanoTime() - begunNanos);
      if (leftNanos > 0) {
        timing.after(home, leftNanos, used::end);
      } else {
        used.end();
      }
    }

    private void close() {
      over = true;
      open.remove(question);
      openSeen = open.size();
    }
  }

  /** Those of one asker who wait for the answer to a question. */
  private final class Line {

    private final Open one;
    private final Asker asker;
    private final Set<Waiter> waiters = new LinkedHashSet<>(2);
    private boolean queued;
    private TurnQueue.@Nullable Turn place;
    private @Nullable Runnable alarm; // cancels it

    Line(Open one, Asker asker) {
      this.one = one;
      this.asker = asker;
    }

    void queue() {
      queued = true;
      TurnQueue.Turn asked = turns.ask(asker, one::granted);
      if (asked == null) {
        refuse(TOO_MANY_WAIT);
      } else if (queued) {
        place = asked;
        alarm = timing.after(home, waitNanos, () -> refuse(WAITED_TOO_LONG));
        counters.increment(Counter.DNS_QUESTIONS_DELAYED);
      } else if (one.turn != asked) {
        asked.end(); // whoever waits has left while others were granted their turns
      }
    }

    void leaveQueue() {
      queued = false;
      if (place != null) {
        place.withdraw(); // does nothing if it is the turn that was granted
        place = null;
      }
      if (alarm != null) {
        alarm.run();
        alarm = null;
      }
    }

    private void refuse(Answer why) {
      List<Waiter> refused = List.copyOf(waiters);
      one.remove(this);
      refused(refused.size());
      refused.forEach(waiter -> waiter.answered(one.question, why));
    }
  }
}
