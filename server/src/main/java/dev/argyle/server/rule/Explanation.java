package dev.argyle.server.rule;

import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.RuleLine;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision, and why the rules before it did not decide.
 *
 * @param missed in the order of the rules; empty where one of the server's own listeners was asked
 *     for
 * @param country that the address is in; null: in none that is known, or no rule names a country in
 *     {@code to}
 * @param clientCountry the same of the client, and {@code from}
 */
public record Explanation(
    Decision decision,
    List<Missed> missed,
    @Nullable String country,
    @Nullable String clientCountry) {

  /** Rules that did not match, listed; of the others only their number is told. */
  public static final int MOST_MISSED = 20;

  public Explanation {
    missed = List.copyOf(missed);
  }

  /** The decision in one line, as in {@code 192.0.2.1:80 is denied: rule 3 (argyle.yaml:21)}. */
  public String summary(InetAddress address, int port) {
    InetAddress source = decision.source();
    return new Endpoint(Addresses.text(address), port)
        + (decision.allowed() ? " is allowed: " : " is denied: ")
        + decision.reason()
        + (source == null ? "" : "; dialled from " + Addresses.text(source))
        + (decision.egress() == null ? "" : "; by egress " + decision.egress())
        + (country == null ? "" : "; the address is in " + country)
        + (clientCountry == null ? "" : "; the client is in " + clientCountry);
  }

  /** A line for each rule that did not match, up to {@link #MOST_MISSED}. */
  public List<String> misses() {
    List<String> lines = new ArrayList<>();
    for (Missed rule : missed.subList(0, Math.min(MOST_MISSED, missed.size()))) {
      lines.add(
          "rule %d (%s, %s) does not match: %s"
              .formatted(
                  rule.rule(),
                  rule.line().place(),
                  rule.line().allow() ? "allow" : "deny",
                  rule.condition().words()));
    }
    if (missed.size() > MOST_MISSED) {
      lines.add("nor do %d more rules".formatted(missed.size() - MOST_MISSED));
    }
    return lines;
  }

  /**
   * A rule that did not match.
   *
   * @param rule its number, from 1
   * @param condition the first that does not hold
   */
  public record Missed(int rule, RuleLine line, Condition condition) {}

  /** What a rule may ask for. */
  public enum Condition {
    USER("it is for other users"),
    CLIENT("it is for clients from elsewhere"),
    COMMAND("it is for another command"),
    DESTINATION("it is for other destinations"),
    CLOSED("the address is closed by default, and it does not name the address"),
    PORT("it is for other ports");

    private final String words;

    Condition(String words) {
      this.words = words;
    }

    /** Why the rule did not match, after "because". */
    public String words() {
      return words;
    }
  }
}
