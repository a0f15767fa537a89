package dev.argyle.server.rule;

import dev.argyle.wire.socks.Command;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question as rules compare it.
 *
 * @param user {@code -}: without a name
 * @param own as rules write whose own they are; null: the account has none
 * @param name in lower case without trailing dots; null: none was asked for
 * @param embedded the IPv4 address inside {@code address}; null: there is none
 * @param closed why {@code address} is closed by default; null: it is open
 * @param closedEmbedded the same for {@code embedded}
 */
record Asked(
    String user,
    @Nullable String own,
    Bits client,
    Command command,
    @Nullable String name,
    Bits address,
    @Nullable Bits embedded,
    int port,
    @Nullable Closed closed,
    @Nullable Closed closedEmbedded) {

  /** How the rules write a client without a name. */
  static final String NOBODY = "-";

  /** What rules have before the name of whose own they are. */
  static final String OWN = "@";

  /** In place of a user's name that looks like that: no rule can name it. */
  private static final String UNNAMED = "";

  private static final Decision OPEN =
      new Decision(true, 0, null, "default: the destination is open");

  static Asked of(Question question) {
    Bits client = Bits.of(question.client());
    Bits address = Bits.of(question.address());
    Bits embedded = address.embedded();
    return new Asked(
        user(question),
        question.own() == null ? null : OWN + question.own(),
        client,
        question.command(),
        question.name() == null ? null : plainName(question.name()),
        address,
        embedded,
        question.port(),
        Closed.of(address, client),
        Closed.ofEmbedded(embedded));
  }

  private static String user(Question question) {
    String user = Objects.requireNonNullElse(question.user(), NOBODY);
    return user.startsWith(OWN) ? UNNAMED : user;
  }

  /** Whether a rule for these is for who asks; not empty. */
  boolean isOneOf(Set<String> users) {
    return users.contains(user) || (own != null && users.contains(own));
  }

  /** ASCII letters alone have a case in DNS (RFC 4343); a trailing dot says "from the root". */
  static String plainName(String name) {
    int end = name.length();
    while (end > 0 && name.charAt(end - 1) == '.') {
      end--;
    }
    char[] plain = name.substring(0, end).toCharArray();
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] >= 'A' && plain[i] <= 'Z') {
        plain[i] += 'a' - 'A';
      }
    }
    return new String(plain);
  }

  /** What holds where no rule matches. */
  Decision byDefault() {
    if (closed != null) {
      return closed.decision();
    }
    return closedEmbedded != null ? closedEmbedded.embeddedDecision() : OPEN;
  }
}
