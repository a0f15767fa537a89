package dev.argyle.server.admission;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.Hours;
import dev.argyle.server.config.Network;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.config.WhenFull;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one account with attributes has open, and what it may. Safe for any thread; the monitor is
 * held for a few steps, or a walk over what the account has open where that is to end.
 */
public final class AccountUse {

  /** What a limit counts. */
  public enum Kind {
    /** A CONNECT, or a BIND. */
    CONNECTION,
    ASSOCIATION
  }

  private record Open(Source source, Kind kind) {}

  /** Why the account may be used by nobody in one second. */
  private record Checked(Attributes limits, long second, @Nullable Ending why) {}

  private final String name;
  private final ZoneId zone;
  private final AccountRates rates = new AccountRates();
  private final AccountQuota quota = new AccountQuota(rates);
  private volatile Attributes limits = Attributes.NONE;
  private volatile Checked checked = new Checked(Attributes.NONE, -1, null);

  // under the monitor
  private OwnAttributes own = OwnAttributes.NONE;
  private final Map<LiveConnection, Open> open = new LinkedHashMap<>(); // the oldest first
  private final Map<Source, Integer> sources = new HashMap<>();
  private int associations;
  private @Nullable OpensLimit opens;

  /** Logged in: only touched where the table computes. */
  int members;

  /** It stays until then, by {@link System#nanoTime}; as above. */
  long keptUntilNanos;

  AccountUse(String name, ZoneId zone, long nowNanos) {
    this.name = name;
    this.zone = zone;
    this.keptUntilNanos = nowNanos;
  }

  /** The account's name, in text form. */
  public String name() {
    return name;
  }

  /** What is in effect. */
  public Attributes limits() {
    return limits;
  }

  /** How fast its octets may pass. */
  public AccountRates rates() {
    return rates;
  }

  boolean hasQuota() {
    return Attributes.limit(limits.quotaOctets()) > 0;
  }

  synchronized OwnAttributes own() {
    return own;
  }

  /**
   * Sets what is in effect from now on.
   *
   * @param usage where the account's usage is; null: nowhere
   * @param nowNanos by {@link System#nanoTime}
   */
  void set(
      OwnAttributes newOwn, Attributes effective, @Nullable AccountUsage usage, long nowNanos) {
    List<LiveConnection> ends;
    synchronized (this) {
      own = newOwn;
      quota.set(effective, usage, nowNanos);
      if (effective.equals(limits)) {
        return;
      }
      limits = effective;
      rates.limit(
          Attributes.limit(effective.rateUp()),
          Attributes.limit(effective.rateDown()),
          Attributes.limit(effective.rateBurst()),
          nowNanos);
      opens = OpensLimit.of(effective, opens, nowNanos);
      ends = endsOldest() ? beyond() : List.of();
    }
    ends.forEach(one -> one.askToEnd(EndReason.ACCOUNT_REPLACED));
  }

  private boolean endsOldest() {
    return limits.whenFull() == WhenFull.END_OLDEST;
  }

  /**
   * Why the account cannot be used now; null: it can.
   *
   * @param nowMillis since 1970
   */
  public @Nullable Ending closedAt(long nowMillis) {
    Attributes now = limits;
    Ending spent = quota.spent();
    if (spent != null || (now.expires() == null && now.hours() == null)) {
      return spent;
    }
    long second = Math.floorDiv(nowMillis, 1000);
    Checked last = checked;
    if (last.limits != now || last.second != second) {
      last = new Checked(now, second, closed(now, Instant.ofEpochMilli(nowMillis)));
      checked = last;
    }
    return last.why;
  }

  private @Nullable Ending closed(Attributes now, Instant at) {
    Instant expires = now.expires();
    if (expires != null && !at.isBefore(expires)) {
      return new Ending(EndReason.ACCOUNT_EXPIRED, "expires=" + expires);
    }
    List<Hours> hours = now.hours();
    if (hours != null
        && !hours.isEmpty()
        && hours.stream().noneMatch(one -> one.contains(at.atZone(zone)))) {
      return new Ending(EndReason.ACCOUNT_HOURS, "hours=" + hours);
    }
    return null;
  }

  /** Why the account cannot be used from this address; null: it can. */
  public @Nullable Ending foreign(InetAddress client) {
    List<Network> from = limits.from();
    if (from == null || from.isEmpty()) {
      return null;
    }
    return from.stream().anyMatch(network -> network.contains(client))
        ? null
        : new Ending(EndReason.ACCOUNT_FROM, "from=" + from);
  }

  /**
   * A request came; it is counted unless there is a reason against it.
   *
   * @param nowMillis since 1970
   * @param nowNanos by {@link System#nanoTime}
   * @return why it is refused; null: it is not
   */
  @Nullable Ending opens(LiveConnection connection, Kind kind, long nowMillis, long nowNanos) {
    Ending closed = closedAt(nowMillis);
    Ending against = closed == null ? foreign(connection.client()) : closed;
    if (against != null) {
      return against;
    }
    List<LiveConnection> ends = List.of();
    synchronized (this) {
      if (opens != null && !opens.take(nowNanos)) {
        return new Ending(EndReason.ACCOUNT_OPENS, "opens.rate=" + limits.opensRate());
      }
      Open opened = new Open(Source.of(connection.client()), kind);
      String full = full(opened);
      if (full != null && !endsOldest()) {
        return new Ending(EndReason.ACCOUNT_FULL, full);
      }
      enter(connection, opened);
      if (full != null) {
        ends = beyond();
      }
    }
    ends.forEach(one -> one.askToEnd(EndReason.ACCOUNT_REPLACED));
    return null;
  }

  /** What was open before its account got limits is counted, and not refused. */
  synchronized void counts(LiveConnection connection, Kind kind) {
    if (!open.containsKey(connection)) {
      enter(connection, new Open(Source.of(connection.client()), kind));
    }
  }

  private void enter(LiveConnection connection, Open opened) {
    open.put(connection, opened);
    sources.merge(opened.source, 1, Integer::sum);
    associations += opened.kind == Kind.ASSOCIATION ? 1 : 0;
  }

  /** The limit that one more would go beyond; null: none. */
  private @Nullable String full(Open more) {
    boolean isAssociation = more.kind == Kind.ASSOCIATION;
    int others = isAssociation ? associations : open.size() - associations;
    Integer most = isAssociation ? limits.associations() : limits.connections();
    if (Attributes.limit(most) > 0 && others >= Attributes.limit(most)) {
      return (isAssociation ? "associations=" : "connections=") + most;
    }
    int addresses = Attributes.limit(limits.addresses());
    return addresses > 0 && !sources.containsKey(more.source) && sources.size() >= addresses
        ? "addresses=" + addresses
        : null;
  }

  /** Takes out the oldest ones until no limit is exceeded: they are to end. */
  private List<LiveConnection> beyond() {
    List<LiveConnection> ends = new ArrayList<>();
    takeOldest(Kind.CONNECTION, Attributes.limit(limits.connections()), ends);
    takeOldest(Kind.ASSOCIATION, Attributes.limit(limits.associations()), ends);
    int most = Attributes.limit(limits.addresses());
    while (most > 0 && sources.size() > most) {
      takeSource(open.values().iterator().next().source, ends);
    }
    return ends;
  }

  private void takeOldest(Kind kind, int most, List<LiveConnection> ends) {
    int here = kind == Kind.ASSOCIATION ? associations : open.size() - associations;
    Iterator<Map.Entry<LiveConnection, Open>> oldest = open.entrySet().iterator();
    while (most > 0 && here > most && oldest.hasNext()) {
      Map.Entry<LiveConnection, Open> one = oldest.next();
      if (one.getValue().kind == kind) {
        oldest.remove();
        left(one.getValue());
        ends.add(one.getKey());
        here--;
      }
    }
  }

  private void takeSource(Source source, List<LiveConnection> ends) {
    Iterator<Map.Entry<LiveConnection, Open>> oldest = open.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<LiveConnection, Open> one = oldest.next();
      if (one.getValue().source.equals(source)) {
        oldest.remove();
        left(one.getValue());
        ends.add(one.getKey());
      }
    }
  }

  /** A connection has ended; once. */
  synchronized void left(LiveConnection connection) {
    Open was = open.remove(connection);
    if (was != null) {
      left(was);
    }
  }

  private void left(Open was) {
    sources.computeIfPresent(was.source, (_, count) -> count == 1 ? null : count - 1);
    associations -= was.kind == Kind.ASSOCIATION ? 1 : 0;
  }

  /** Whether forgetting it would give nobody more than keeping it. */
  synchronized boolean isIdle(long nowNanos) {
    return rates.isFull(nowNanos) && (opens == null || opens.isFull(nowNanos));
  }
}
