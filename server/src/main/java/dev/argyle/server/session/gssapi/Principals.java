package dev.argyle.server.session.gssapi;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whose user a Kerberos principal is: the part before {@code @}, in one realm only. */
final class Principals {

  /** RFC 1929's bound, which holds for every name of a user. */
  private static final int MAX_NAME_OCTETS = 255;

  /** Who that is. */
  sealed interface Mapped {
    /** A user of this name. */
    record User(String name) implements Mapped {}

    /** Nobody of ours. */
    record Nobody(String words) implements Mapped {}
  }

  private Principals() {}

  /**
   * @param principal as {@code name@REALM}
   * @param realm whose principals are users
   */
  static Mapped map(String principal, String realm) {
    int at = principal.lastIndexOf('@');
    String name = at < 0 ? principal : principal.substring(0, at);
    if (at < 0 || !principal.substring(at + 1).equals(realm)) {
      return new Mapped.Nobody("of another realm than " + realm);
    }
    if (name.indexOf('/') >= 0) {
      return new Mapped.Nobody("not a user but a service or an instance: its name has a slash");
    }
    boolean odd =
        name.isEmpty()
            || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_OCTETS
            || name.codePoints().anyMatch(Principals::isOdd);
    return odd ? new Mapped.Nobody("its name cannot be a user's") : new Mapped.User(name);
  }

  private static boolean isOdd(int point) {
    return point == '@'
        || point == '\\'
        || point == 0xFFFD
        || Character.isISOControl(point)
        || Character.getType(point) == Character.SURROGATE;
  }

  /** The part behind the last {@code @}; null: there is none. */
  static @Nullable String realm(@Nullable String principal) {
    int at = principal == null ? -1 : principal.lastIndexOf('@');
    return at < 0 || principal == null ? null : principal.substring(at + 1);
  }
}
