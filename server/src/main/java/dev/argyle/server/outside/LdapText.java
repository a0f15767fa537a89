package dev.argyle.server.outside;

import java.nio.charset.StandardCharsets;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** A client's name within a name or a filter of LDAP, where some characters mean something. */
final class LdapText {

  private static final String NAME = "{name}";
  private static final String DN = "{dn}";

  private LdapText() {}

  /**
   * Whether a directory takes only this name for the user. It compares names without regard to
   * case, to some spaces, to how a character is composed, and perhaps to accents: so a user would
   * have an account for each spelling, with limits of its own, and could log in although one is
   * disabled.
   */
  static boolean hasOneSpelling(String name) {
    return name.chars().allMatch(c -> c > ' ' && c < 0x7f && !(c >= 'A' && c <= 'Z'));
  }

  /**
   * Whom to bind as.
   *
   * @param template a distinguished name, as {@code uid={name},dc=example}; or another form that a
   *     directory takes, as {@code {name}@example.org}
   * @return null: no user of the directory can have this name there
   */
  static @Nullable String bindName(String template, String name) {
    if (template.indexOf('=') >= 0) {
      return template.replace(NAME, Rdn.escapeValue(name));
    }
    return name.chars().allMatch(LdapText::isPlain) ? template.replace(NAME, name) : null;
  }

  private static boolean isPlain(int c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_';
  }

  /**
   * A filter of RFC 4515.
   *
   * @param dn what the directory calls the user
   */
  static String filter(String template, String name, String dn) {
    StringBuilder filter = new StringBuilder();
    for (int i = 0; i < template.length(); ) { // what was put in is not looked at again
      if (template.startsWith(NAME, i)) {
        filter.append(escaped(name));
        i += NAME.length();
      } else if (template.startsWith(DN, i)) {
        filter.append(escaped(dn));
        i += DN.length();
      } else {
        filter.append(template.charAt(i++));
      }
    }
    return filter.toString();
  }

  /** RFC 4515, section 3: every octet that is no letter or digit of ASCII as its number. */
  static String escaped(String value) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (octet >= '0' && octet <= '9')
              || (octet >= 'a' && octet <= 'z')
              || (octet >= 'A' && octet <= 'Z');
      if (plain) {
        escaped.append((char) octet);
      } else {
        escaped.append("\\%02x".formatted(octet & 0xff));
      }
    }
    return escaped.toString();
  }
}
