package dev.argyle.server.config;

import dev.argyle.server.config.Socks.Gssapi;
import dev.argyle.wire.socks.Method;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule that a server which offers GSSAPI has the keys for it: the keytab is there, can be read,
 * and holds a key that Java takes, of the service that is named. The one file that is opened when a
 * configuration is checked: without it every Kerberos user would be refused.
 */
final class KeytabCheck {

  private static final String MAKE =
      "; make it by ktadd on the KDC, and let the server's user read it";

  private KeytabCheck() {}

  /** What is wrong with the keytab, for the operator; null: nothing, or it is not needed. */
  static @Nullable String wrong(Socks socks) {
    Gssapi gssapi = socks.gssapi();
    String keytab = gssapi.keytab();
    if (keytab == null || !socks.authentication().contains(Method.GSSAPI)) {
      return null;
    }
    try {
      KeytabFile file = KeytabFile.read(KeytabFile.path(keytab));
      String wrong = wrong(file, keytab, gssapi.principal());
      return wrong != null ? wrong : ambiguous(file, gssapi);
    } catch (NoSuchFileException absent) {
      return Quote.of(keytab) + " is not there" + MAKE;
    } catch (AccessDeniedException denied) {
      return Quote.of(keytab) + " must not be read by this server's user; give it the right to";
    } catch (IOException | RuntimeException unreadable) {
      return Quote.of(keytab) + " cannot be used: " + unreadable.getMessage() + MAKE;
    }
  }

  private static @Nullable String wrong(
      KeytabFile file, String keytab, @Nullable String principal) {
    List<KeytabFile.Key> keys =
        file.keys().stream().filter(key -> principal == null || key.isOf(principal)).toList();
    if (keys.isEmpty()) {
      return principal == null
          ? Quote.of(keytab) + " holds no keys" + MAKE
          : Quote.of(keytab)
              + " holds no key of "
              + Quote.of(principal)
              + ", but of "
              + String.join(
                  ", ", file.keys().stream().map(KeytabFile.Key::principal).distinct().toList())
              + "; name one of these as socks.gssapi.principal";
    }
    if (keys.stream().noneMatch(KeytabFile.Key::usable)) {
      return Quote.of(keytab)
          + " holds only keys of encryption types that are broken, DES or RC4; make some of"
          + " aes256-cts or aes128-cts";
    }
    return null;
  }

  /**
   * With keys of two realms it would be the client's choice, by the service it asks a ticket for,
   * of which realm its name is.
   */
  private static @Nullable String ambiguous(KeytabFile file, Gssapi gssapi) {
    String principal = gssapi.principal();
    Set<String> realms = file.realms(principal);
    if (realms.size() < 2) {
      return null;
    }
    String which = Quote.of(String.valueOf(gssapi.keytab())) + " holds keys of several realms, ";
    String all = String.join(", ", realms);
    if (principal != null) {
      return which + all + "; name one behind socks.gssapi.principal: " + principal + "@REALM";
    }
    return gssapi.realm() != null
        ? null
        : which + all + "; name that of the users as socks.gssapi.realm";
  }
}
