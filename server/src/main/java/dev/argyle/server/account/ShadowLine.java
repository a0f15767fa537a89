package dev.argyle.server.account;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of shadow(5): nine fields, of which name, password and the day of expiry count here.
 *
 * @param hash without the exclamation marks of a locked account; {@code *} where there is none
 * @param enabled neither locked nor expired, and not without a password
 */
record ShadowLine(String name, String hash, boolean enabled) {

  private static final String NUMBER = ":(?:-?\\d{0,9})";

  /** Name, password, six numbers of which the last is the day of expiry, and a reserved field. */
  private static final Pattern FORM =
      Pattern.compile("([^:]+):([^:]*)" + NUMBER.repeat(5) + ":(-?\\d{0,9})" + NUMBER);

  /** Null: it is not of that form. */
  static @Nullable ShadowLine read(String line) {
    return read(line, System.currentTimeMillis());
  }

  static @Nullable ShadowLine read(String line, long nowMillis) {
    Matcher form = FORM.matcher(line);
    if (!form.matches()) {
      return null;
    }
    String password = form.group(2);
    int locks = 0;
    while (locks < password.length() && password.charAt(locks) == '!') {
      locks++;
    }
    String hash = password.substring(locks);
    boolean none = hash.equals("*") || (hash.isEmpty() && locks > 0);
    return new ShadowLine(
        form.group(1),
        none ? PasswordHash.NoPassword.TEXT : hash,
        locks == 0 && !none && !isExpired(form.group(3), nowMillis));
  }

  private static boolean isExpired(String day, long nowMillis) {
    return !day.isEmpty()
        && !day.startsWith("-")
        && Duration.ofDays(Integer.parseInt(day)).toMillis() <= nowMillis;
  }
}
