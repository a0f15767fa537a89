package dev.argyle.server.rule;

import dev.argyle.server.config.RuleLine;
import java.util.List;

/**
 * A decision, and why the rules before it did not decide.
 *
 * @param missed in the order of the rules; empty where one of the server's own listeners was asked
 *     for
 */
public record Explanation(Decision decision, List<Missed> missed) {

  public Explanation {
    missed = List.copyOf(missed);
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
