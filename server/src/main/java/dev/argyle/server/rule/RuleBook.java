package dev.argyle.server.rule;

import dev.argyle.server.config.ConfigurationPrinter;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.rule.Explanation.Missed;
import dev.argyle.wire.RuleRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All rules, compiled. Immutable: reading the configuration again makes another one.
 *
 * <p>What decides, in this order (decision 0006):
 *
 * <ol>
 *   <li>The server's own listeners are closed to everyone.
 *   <li>The first rule whose conditions all hold. Of an IPv6 address that has an IPv4 address
 *       inside (see {@link Bits#embedded}), a deny rule matches by either, an allow rule by the
 *       whole one only. A destination that is closed by default is matched by an allow rule only if
 *       one of the rule's networks holds it: neither a name nor the lack of {@code to} is enough,
 *       for a name's owner chooses what it resolves to.
 *   <li>The defaults: open, but for what {@link Closed} lists.
 * </ol>
 */
public final class RuleBook {

  /** A list may be replaced while an explanation is made; seldom, and never so often. */
  private static final int ROUNDS = 3;

  private final List<RuleLine> lines;
  private final Map<String, NamedList> lists;
  private final NamedList[] files;
  private final RuleIndex index;
  private final List<Decision> decisions;
  private final OwnListeners own;
  private final RuleHits hits;

  private RuleBook(
      List<RuleLine> lines,
      Map<String, NamedList> lists,
      RuleIndex index,
      List<Decision> decisions,
      OwnListeners own,
      RuleHits hits) {
    this.lines = lines;
    this.lists = lists;
    this.files = lists.values().toArray(NamedList[]::new);
    this.index = index;
    this.decisions = decisions;
    this.own = own;
    this.hits = hits;
  }

  /** Compiles rules that name no list; the server's own listeners are not known yet. */
  public static RuleBook compile(List<RuleLine> lines) {
    return compile(lines, Map.of());
  }

  /**
   * As above.
   *
   * @param lists at least those that the rules name, by name
   */
  public static RuleBook compile(List<RuleLine> lines, Map<String, NamedList> lists) {
    return compile(lines, lists, new RuleHits(lines.size()));
  }

  /** As above; rules that were among those before keep their hits. */
  public static RuleBook compile(
      List<RuleLine> lines, Map<String, NamedList> lists, RuleBook before) {
    return compile(lines, lists, new RuleHits(lines, before.hits, before.lines));
  }

  private static RuleBook compile(
      List<RuleLine> lines, Map<String, NamedList> lists, RuleHits hits) {
    List<Decision> decisions = new ArrayList<>(lines.size());
    for (int rule = 0; rule < lines.size(); rule++) {
      RuleLine line = lines.get(rule);
      String reason = "rule " + (rule + 1) + " (" + line.place() + ")";
      RuleRef by = new RuleRef(rule + 1, reason);
      decisions.add(new Decision(line.allow(), line.source(), line.egress(), by));
    }
    OwnListeners none = new OwnListeners(List.of(), new LocalAddresses());
    RuleIndex index = new RuleIndex(lines, lists);
    return new RuleBook(List.copyOf(lines), lists, index, decisions, none, hits);
  }

  /** The same rules, with these listeners instead of those known before. */
  public RuleBook withOwnListeners(Collection<OwnListener> listeners) {
    return withOwnListeners(listeners, new LocalAddresses());
  }

  RuleBook withOwnListeners(Collection<OwnListener> listeners, LocalAddresses local) {
    OwnListeners closed = new OwnListeners(listeners, local);
    return new RuleBook(lines, lists, index, decisions, closed, hits);
  }

  /** Decides. Never blocks, but once a second to ask the system for its addresses. */
  public Decision decide(Question question) {
    return decide(Asked.of(question));
  }

  /**
   * Decides about a name before anybody has looked it up.
   *
   * @param question its address means nothing
   * @return the denial that holds whatever the name's addresses are; null: an address might be
   *     allowed
   */
  public @Nullable Decision decideName(Question question) {
    int rule = lines.isEmpty() ? -1 : index.firstToDenyTheName(Asked.of(question));
    return rule < 0 ? null : decisions.get(rule);
  }

  /** Another number than before says that a list has other contents; 0: there are no lists. */
  public long contents() {
    long sum = 0;
    for (NamedList list : files) {
      sum += list.loads();
    }
    return sum;
  }

  /**
   * Counts that a decision was acted upon. Any thread; takes no lock.
   *
   * @param decision of this book, or of one that has the same rules
   * @param nowNanos by {@link System#nanoTime}
   */
  public void hit(Decision decision, long nowNanos) {
    hits.add(decision, nowNanos);
  }

  /**
   * The rules in their order, and behind them what holds where none decides: for people.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  public List<RuleEntry> entries(long nowNanos) {
    int[] shadows = Coverage.of(lines);
    List<RuleEntry> entries = new ArrayList<>(lines.size() + 3);
    for (int rule = 0; rule < lines.size(); rule++) {
      RuleLine line = lines.get(rule);
      entries.add(
          new RuleEntry(
              rule + 1,
              ConfigurationPrinter.print(line),
              line.place(),
              line.allow(),
              hits.ofRule(rule, nowNanos),
              shadows[rule]));
    }
    String ours = "the server's own listeners are closed, whatever the rules say";
    entries.add(new RuleEntry(0, ours, null, false, hits.ownListener(nowNanos), 0));
    String closed = "closed: loopback, link-local, multicast, broadcast and unspecified addresses";
    entries.add(new RuleEntry(0, closed, null, false, hits.closed(nowNanos), 0));
    entries.add(
        new RuleEntry(0, "open: every other destination", null, true, hits.open(nowNanos), 0));
    return entries;
  }

  /**
   * How often each rule has decided since the process began, by its number, and the defaults by a
   * word; cheap, for who asks often.
   */
  public Map<String, Long> hits() {
    long nowNanos = System.nanoTime();
    Map<String, Long> all = new LinkedHashMap<>();
    for (int rule = 0; rule < lines.size(); rule++) {
      all.put(Integer.toString(rule + 1), hits.ofRule(rule, nowNanos).all());
    }
    all.put("own-listener", hits.ownListener(nowNanos).all());
    all.put("closed", hits.closed(nowNanos).all());
    all.put("open", hits.open(nowNanos).all());
    return all;
  }

  private Decision decide(Asked asked) {
    Decision denied = own.denies(asked);
    if (denied != null) {
      return denied;
    }
    int rule = lines.isEmpty() ? -1 : index.first(asked);
    return rule < 0 ? asked.byDefault() : decisions.get(rule);
  }

  /** Decides, and says why the rules before did not: slow, for people. */
  public Explanation explain(Question question) {
    Asked asked = Asked.of(question);
    for (int round = 0; ; round++) {
      Decision decision = decide(asked);
      if (own.denies(asked) != null) {
        return new Explanation(decision, List.of(), null, null);
      }
      List<Missed> missed = missed(asked, decision);
      if (missed != null) {
        return new Explanation(
            decision, missed, index.country(asked.address()), index.clientCountry(asked.client()));
      }
      if (round == ROUNDS || lists.isEmpty()) {
        throw new IllegalStateException(decision.reason() + ", but an earlier rule matches");
      }
    }
  }

  /** The rules before the one that decides; null: one of them matches. */
  private @Nullable List<Missed> missed(Asked asked, Decision decision) {
    int end = decision.rule() == 0 ? lines.size() : decision.rule() - 1;
    List<Missed> missed = new ArrayList<>();
    for (int rule = 0; rule < end; rule++) {
      RuleLine line = lines.get(rule);
      Explanation.@Nullable Condition condition = new PlainRule(line, lists).missed(asked);
      if (condition == null) {
        return null;
      }
      missed.add(new Missed(rule + 1, line, condition));
    }
    return missed;
  }
}
