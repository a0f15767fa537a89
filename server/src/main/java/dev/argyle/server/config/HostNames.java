package dev.argyle.server.config;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Host names as text (RFC 1123, section 2.1; underscores are taken too, for they are in use). */
final class HostNames {

  private static final int MAX_OCTETS = 253;
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");
  // Such a name would be a misspelt IPv4 address, and some resolvers take it for one.
  private static final Pattern ENDS_IN_A_NUMBER = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|[0-9]+)");

  private HostNames() {}

  /**
   * The name in lower case, without a trailing dot, in ASCII (RFC 3490 where it was not).
   *
   * @return null if the text is no host name
   */
  static @Nullable String parse(String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    try {
      name = name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
    } catch (IllegalArgumentException notAName) {
      return null;
    }
    name = name.toLowerCase(Locale.ROOT);
    boolean good =
        name.length() <= MAX_OCTETS
            && NAME.matcher(name).matches()
            && !ENDS_IN_A_NUMBER.matcher(name).matches();
    return good ? name : null;
  }
}
