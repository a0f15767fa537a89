package dev.argyle.server.config;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an account may: its own values, those of a plan, or what is in effect of both. Null: nothing
 * is said. {@code none}, in a value of its own, takes a limit of the plan away; it is {@link
 * #NEVER}, 0, or an empty list or text. {@code Keys} has the meaning of each component.
 *
 * @param expires from when on the account may nothing
 * @param from the client's networks; empty: any
 * @param fromMode what {@code from} means; null: strict
 * @param connections CONNECTs and BINDs at once
 * @param associations UDP associations at once
 * @param addresses client addresses at once, those of an IPv6 /64 counted as one
 * @param opensRate requests a second, on average
 * @param opensBurst requests at once, after a pause; null: as many as {@code opensRate}
 * @param rateUp octets a second from clients, over all connections of the account
 * @param rateDown octets a second to clients
 * @param rateBurst octets at once, after a pause; null: 100 ms of the rate
 * @param egress the name of one; empty: none
 * @param quotaOctets in all in a period; 0: no quota
 * @param quotaPeriod when it begins with nothing; null: the calendar month
 * @param quotaCounts which directions; null: both
 * @param quotaThen octets a second in each direction when it is spent; 0: what is open ends, and
 *     nothing is opened; null: as 0
 * @param hours when it may be used; empty: at any time
 * @param rules which rules are its own, those for {@code @} and this; empty: none
 * @param note words for the operator
 */
public record Attributes(
    @Nullable Instant expires,
    @Nullable List<Network> from,
    @Nullable FromMode fromMode,
    @Nullable Integer connections,
    @Nullable Integer associations,
    @Nullable Integer addresses,
    @Nullable WhenFull whenFull,
    @Nullable Integer opensRate,
    @Nullable Integer opensBurst,
    @Nullable Long rateUp,
    @Nullable Long rateDown,
    @Nullable Long rateBurst,
    @Nullable String egress,
    @Nullable Long quotaOctets,
    @Nullable UsagePeriod quotaPeriod,
    @Nullable QuotaCounts quotaCounts,
    @Nullable Long quotaThen,
    @Nullable List<Hours> hours,
    @Nullable String rules,
    @Nullable String note) {

  /** {@code expires: none}. */
  public static final Instant NEVER = Instant.MAX;

  /** Nothing is said. */
  public static final Attributes NONE =
      new Attributes(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);

  public Attributes {
    from = from == null ? null : List.copyOf(from);
    hours = hours == null ? null : List.copyOf(hours);
  }

  /** The names of all attributes, as the file has them, in its order. */
  public static List<String> names() {
    return Keys.PLAN.keys().stream().map(Key::path).toList();
  }

  /** What values an attribute takes, in words; null: there is no such attribute. */
  public static @Nullable String valuesOf(String name) {
    Key<?> key = key(name);
    return key == null ? null : key.kind().values();
  }

  private static @Nullable Key<?> key(String name) {
    return Keys.PLAN.keys().stream()
        .filter(key -> key.path().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** These, and what they do not say as the plan has it. */
  public Attributes over(Attributes plan) {
    if (this == NONE) {
      return plan;
    }
    return new Attributes(
        first(expires, plan.expires),
        first(from, plan.from),
        first(fromMode, plan.fromMode),
        first(connections, plan.connections),
        first(associations, plan.associations),
        first(addresses, plan.addresses),
        first(whenFull, plan.whenFull),
        first(opensRate, plan.opensRate),
        first(opensBurst, plan.opensBurst),
        first(rateUp, plan.rateUp),
        first(rateDown, plan.rateDown),
        first(rateBurst, plan.rateBurst),
        first(egress, plan.egress),
        first(quotaOctets, plan.quotaOctets),
        first(quotaPeriod, plan.quotaPeriod),
        first(quotaCounts, plan.quotaCounts),
        first(quotaThen, plan.quotaThen),
        first(hours, plan.hours),
        first(rules, plan.rules),
        first(note, plan.note));
  }

  private static <T> @Nullable T first(@Nullable T own, @Nullable T ofPlan) {
    return own == null ? ofPlan : own;
  }

  /**
   * These, with one of them changed.
   *
   * @param value in the form of {@link #texts}; null: nothing is said of it any more
   * @throws IllegalArgumentException if there is no such attribute, or it does not take the value;
   *     the message says what it takes
   */
  public Attributes with(String name, @Nullable String value) {
    Key<?> key = key(name);
    if (key == null) {
      List<String> names = names();
      String meant = Words.meant(name, names);
      throw new IllegalArgumentException(
          Quote.of(name)
              + " is no attribute"
              + (meant.isEmpty() ? "; they are " + String.join(", ", names) : meant));
    }
    Map<String, @Nullable Object> values = Keys.PLAN.values(this);
    values.put(name, value == null ? null : AttributeText.read(key, value));
    Attributes changed = Keys.PLAN.record(values);
    return changed.equals(NONE) ? NONE : changed;
  }

  /**
   * What is said, by name: a scalar as the file has it, the items of a list with commas between.
   */
  public Map<String, String> texts() {
    Map<String, @Nullable Object> values = Keys.PLAN.values(this);
    Map<String, String> texts = new TreeMap<>();
    for (Key<?> key : Keys.PLAN.keys()) {
      if (!key.isDefault(values)) {
        texts.put(key.path(), AttributeText.show(key, values));
      }
    }
    return texts;
  }

  /** Whether there is a quota that ends what is open when it is spent. */
  public boolean endsWhenSpent() {
    return limit(quotaOctets) > 0 && limit(quotaThen) == 0;
  }

  /** Whether octets of this direction count for the quota. */
  public boolean counts(boolean ofUp) {
    return quotaCounts == null || quotaCounts.has(ofUp);
  }

  /** How usage is added up, also without a quota. */
  public UsagePeriod periodOfUsage() {
    return quotaPeriod == null ? UsagePeriod.CALENDAR_MONTH : quotaPeriod;
  }

  /** A limit; 0: there is none. */
  public static int limit(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  /** As above. */
  public static long limit(@Nullable Long octets) {
    return octets == null ? 0 : octets;
  }
}
