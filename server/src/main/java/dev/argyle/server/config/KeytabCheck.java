package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import dev.argyle.server.config.Socks.Gssapi;
import dev.argyle.wire.socks.Method;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule that a server which offers GSSAPI has the keys for it: the keytab exists, can be read,
 * and holds a key of the service that Java accepts. This is the only other file that is opened when
 * a configuration is checked; without it every Kerberos user would be refused.
 */
final class KeytabCheck {

  private static final String MAKE =
      "; make it by ktadd on the KDC, and let the server's user read it";

  private KeytabCheck() {}

  /** What is wrong with the keytab, for the operator; null: nothing, or it is not needed. */
  static @Nullable String wrong(Socks socks) {
    String keytab = socks.gssapi().keytab();
    if (keytab == null || !socks.authentication().contains(Method.GSSAPI)) {
      return null;
    }
    String wrong = wrong(keytab, socks.gssapi());
    return wrong == null ? null : Quote.of(keytab) + " " + wrong;
  }

  private static @Nullable String wrong(String keytab, Gssapi gssapi) {
    try {
      KeytabFile file = KeytabFile.read(KeytabFile.path(keytab));
      String wrong = withoutKey(file, gssapi.principal());
      return wrong != null ? wrong : ambiguous(file, gssapi);
    } catch (NoSuchFileException absent) {
      return "is not there" + MAKE;
    } catch (AccessDeniedException denied) {
      return "cannot be read: permission denied; let the server's user read it";
    } catch (IOException | RuntimeException unreadable) {
      return "cannot be used: " + unreadable.getMessage() + MAKE;
    }
  }

  private static @Nullable String withoutKey(KeytabFile file, @Nullable String principal) {
    List<KeytabFile.Key> keys =
        file.keys().stream().filter(key -> principal == null || key.isOf(principal)).toList();
    if (keys.isEmpty()) {
      return principal == null
          ? "holds no keys" + MAKE
          : file.keys().stream()
              .map(KeytabFile.Key::principal)
              .distinct()
              .collect(
                  joining(
                      ", ",
                      "holds no key of " + Quote.of(principal) + ", but of ",
                      "; name one of these as socks.gssapi.principal"));
    }
    return keys.stream().anyMatch(KeytabFile.Key::usable)
        ? null
        : "holds only keys of broken encryption types, DES or RC4; make some of aes256-cts or"
            + " aes128-cts";
  }

  /** With keys of two realms, the client would choose the realm, by the service of its ticket. */
  private static @Nullable String ambiguous(KeytabFile file, Gssapi gssapi) {
    String principal = gssapi.principal();
    Set<String> realms = file.realms(principal);
    if (realms.size() < 2 || (principal == null && gssapi.realm() != null)) {
      return null;
    }
    return "holds keys of several realms, "
        + String.join(", ", realms)
        + (principal == null
            ? "; name that of the users as socks.gssapi.realm"
            : "; name one behind socks.gssapi.principal: " + principal + "@REALM");
  }
}
