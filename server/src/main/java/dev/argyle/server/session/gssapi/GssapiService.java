package dev.argyle.server.session.gssapi;

import dev.argyle.server.config.KeytabFile;
import dev.argyle.server.config.Socks;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KeyTab;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * The service that clients authenticate to, as it is configured: its keys, whose principals are
 * users, and which levels of protection it grants. Immutable; safe for any thread. The keytab is
 * looked at again whenever it has changed, which is Java's doing.
 */
public final class GssapiService {

  private static final String CONFIGURATION = "java.security.krb5.conf";
  private static final String OWN_SUBKEY = "sun.security.krb5.acceptor.subkey";
  private static final Oid KERBEROS = kerberos();

  private final Socks.Gssapi settings;
  private final Subject subject;
  private final @Nullable String realm;

  static {
    useTheEnvironment();
    useKeysOfOurOwn();
  }

  private GssapiService(Socks.Gssapi settings, Subject subject, @Nullable String realm) {
    this.settings = settings;
    this.subject = subject;
    this.realm = realm;
  }

  /** The service that the configuration describes; null: it offers no GSSAPI. */
  public static @Nullable GssapiService of(Socks socks) {
    String keytab = socks.gssapi().keytab();
    if (keytab == null || !socks.authentication().contains(Method.GSSAPI)) {
      return null;
    }
    Path file = KeytabFile.path(keytab);
    String principal = socks.gssapi().principal();
    String service = onlyRealm(file, principal);
    String users = socks.gssapi().realm();
    return new GssapiService(
        socks.gssapi(), subject(file, principal, service), users != null ? users : service);
  }

  /**
   * The realm of the service's keys; null: there is none, or several. It is fixed from now on,
   * whatever the keytab comes to hold.
   */
  private static @Nullable String onlyRealm(Path keytab, @Nullable String principal) {
    String named = Principals.realm(principal);
    if (named != null) {
      return named;
    }
    try {
      Set<String> realms = KeytabFile.read(keytab).realms(principal);
      return realms.size() == 1 ? realms.iterator().next() : null;
    } catch (IOException gone) {
      return null; // it was there when the configuration was checked
    }
  }

  /** Java does not look at the variable that every other program of Kerberos goes by. */
  private static void useTheEnvironment() {
    String files = System.getenv("KRB5_CONFIG");
    if (files != null && !files.isEmpty() && System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, files.split(":", 2)[0]); // Java reads one
    }
  }

  /**
   * With a key that is made for each context (RFC 4121, section 2), what a client said in one means
   * nothing in another: Java's memory of what it has seen ends with the process, and a recorded
   * login could be followed by the recorded level and request. Java does so for clients that ask
   * for mutual authentication, as RFC 1961 wants.
   */
  private static void useKeysOfOurOwn() {
    if (System.getProperty(OWN_SUBKEY) == null) {
      System.setProperty(OWN_SUBKEY, "true");
    }
  }

  /** As Java's login module would fill it for an acceptor, without a configuration of its own. */
  private static Subject subject(Path keytab, @Nullable String principal, @Nullable String realm) {
    if (principal == null) {
      return new Subject(
          false, Set.of(), Set.of(), Set.of(KeyTab.getUnboundInstance(keytab.toFile())));
    }
    // With a realm, so that Java does not go looking for one.
    String name =
        principal.indexOf('@') >= 0 || realm == null ? principal : principal + "@" + realm;
    KerberosPrincipal service = new KerberosPrincipal(name, KerberosPrincipal.KRB_NT_SRV_INST);
    return new Subject(
        false, Set.of(service), Set.of(), Set.of(KeyTab.getInstance(service, keytab.toFile())));
  }

  private static Oid kerberos() {
    try {
      return new Oid("1.2.840.113554.1.2.2"); // RFC 4121, section 1
    } catch (GSSException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Begins with one client. */
  public Negotiation negotiation() {
    return new Negotiation(this);
  }

  /** A context that waits for its first token. Computes, and may read the keytab. */
  GSSContext context() throws GSSException {
    return asService(
        () -> {
          GSSManager manager = GSSManager.getInstance();
          return manager.createContext(
              manager.createCredential(
                  null, GSSCredential.INDEFINITE_LIFETIME, KERBEROS, GSSCredential.ACCEPT_ONLY));
        });
  }

  /** What a library call gives when it may use the keys. */
  interface Call<T> {
    T run() throws GSSException;
  }

  <T> T asService(Call<T> call) throws GSSException {
    try {
      return Subject.callAs(subject, call::run);
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof GSSException refused) {
        throw refused;
      }
      throw failed;
    }
  }

  /**
   * Whose principals are users: as configured, else the only one of the service's keys. Never what
   * the client says, which may have asked for a ticket of another realm's service.
   */
  @Nullable String realm() {
    return realm;
  }

  boolean nec() {
    return settings.nec();
  }

  /**
   * The level for a client that wants {@code wanted}: that, if it is offered and the client's
   * context can do it, else the strongest that is and can; null: none is.
   */
  @Nullable Protection granted(int wanted, GSSContext context) {
    Protection asked = Protection.of(wanted);
    if (asked != null && isOffered(asked, context)) {
      return asked;
    }
    for (Protection level : STRONGEST_FIRST) {
      if (isOffered(level, context)) {
        return level;
      }
    }
    return null;
  }

  private static final Protection[] STRONGEST_FIRST = {
    Protection.CONFIDENTIALITY, Protection.SELECTIVE, Protection.INTEGRITY, Protection.NONE
  };

  private boolean isOffered(Protection level, GSSContext context) {
    boolean possible =
        switch (level) {
          case NONE -> true;
          case INTEGRITY, SELECTIVE -> context.getIntegState();
          case CONFIDENTIALITY -> context.getIntegState() && context.getConfState();
        };
    return possible && settings.protection().contains(level);
  }
}
