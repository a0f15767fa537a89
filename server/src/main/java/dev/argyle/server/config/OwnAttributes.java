package dev.argyle.server.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an account itself says: a plan of the configuration, and values that go before those of the
 * plan.
 *
 * @param plan its name; null: none
 */
public record OwnAttributes(@Nullable String plan, Attributes values) {

  /** The name under which {@link #texts} has the plan. */
  public static final String PLAN = "plan";

  /** What is given in place of an attribute to begin the period of the quota with nothing. */
  public static final String USAGE = "usage";

  private static final String RESET = "reset";

  /** Nothing: an account without a limit of its own. */
  public static final OwnAttributes NONE = new OwnAttributes(null, Attributes.NONE);

  /** The longest text: a note, 64 networks, 64 hours, and what else there is. */
  public static final int MAX_TEXT = 8192;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * Whether a text can be the name of a plan: 1 to 64 letters, digits, dots, hyphens and
   * underscores; not {@code none}.
   */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.equals(AttributeText.NONE);
  }

  /** Whether it says nothing. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * This, with one value changed.
   *
   * @param name an attribute, or {@link #PLAN}; with {@link #USAGE} nothing of this changes
   * @param value null: nothing is said of it any more
   * @throws IllegalArgumentException if it does not fit, with words for the operator
   */
  public OwnAttributes with(String name, @Nullable String value) {
    OwnAttributes changed;
    if (name.equals(USAGE)) {
      if (!RESET.equals(value)) {
        throw new IllegalArgumentException("the only value is " + RESET);
      }
      changed = this;
    } else if (name.equals(PLAN)) {
      if (value != null && !isName(value)) {
        throw new IllegalArgumentException(
            Quote.of(value)
                + " is not the name of a plan, which has 1 to 64 letters, digits, dots, hyphens"
                + " and underscores");
      }
      changed = new OwnAttributes(value, values);
    } else {
      changed = new OwnAttributes(plan, values.with(name, value));
    }
    return changed.isNone() ? NONE : changed;
  }

  /**
   * This, with some values changed, in the order of their names.
   *
   * @param changes by name; a value of null takes it away
   * @throws IllegalArgumentException if one of them does not fit, or it becomes longer than {@link
   *     #MAX_TEXT}, with words for the operator
   */
  public OwnAttributes with(Map<String, @Nullable String> changes) {
    OwnAttributes after = this;
    for (Map.Entry<String, @Nullable String> change : new TreeMap<>(changes).entrySet()) {
      try {
        after = after.with(change.getKey(), change.getValue());
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(change.getKey() + ": " + wrong.getMessage(), wrong);
      }
    }
    if (after.text().length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "the attributes of an account have at most " + MAX_TEXT + " characters together");
    }
    return after;
  }

  /**
   * Whether clients from its networks are this account without a password.
   *
   * @see FromMode#ADDRESS_ONLY
   */
  public boolean isAddressOnly() {
    return values.fromMode() == FromMode.ADDRESS_ONLY;
  }

  /** The networks that it says itself. */
  public List<Network> ownNetworks() {
    List<Network> from = values.from();
    return from == null ? List.of() : from;
  }

  /**
   * Whoever comes from an account's networks may need no password, so they are looked at.
   *
   * @return this
   * @throws IllegalArgumentException if they are none, or everything, with words for the operator
   */
  public OwnAttributes requireNetworks() {
    if (isAddressOnly()
        && (ownNetworks().isEmpty()
            || ownNetworks().stream().anyMatch(network -> network.prefix() == 0))) {
      throw new IllegalArgumentException(
          "from-mode: address-only needs from, the account's own and not the whole of an address"
              + " family: whoever comes from there needs no password");
    }
    return this;
  }

  /** What is in effect: its own values before those of its plan, if the plan is there. */
  public Attributes in(Map<String, Attributes> plans) {
    Attributes ofPlan = plan == null ? null : plans.get(plan);
    return ofPlan == null ? values : values.over(ofPlan);
  }

  /** What is said, by name. */
  public Map<String, String> texts() {
    Map<String, String> texts = new TreeMap<>(values.texts());
    if (plan != null) {
      texts.put(PLAN, plan);
    }
    return texts;
  }

  /** One line for each value, {@code name=value}, as the accounts' database keeps it. */
  public String text() {
    StringBuilder text = new StringBuilder();
    texts().forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is none, with words for the operator
   */
  public static OwnAttributes parse(String text) {
    Map<String, @Nullable String> values = new TreeMap<>();
    for (String line : text.split("\n")) {
      if (!line.isEmpty()) {
        int equals = line.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException(Quote.of(line) + " is not NAME=VALUE");
        }
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return NONE.with(values);
  }
}
