package dev.argyle.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/**
 * Whose tickets are shown. Those of a cache are remembered for a minute, and with them what the KDC
 * gave for them: it is asked once for many connections, and a new {@code kinit} or a new key of the
 * service is noticed soon enough. For any thread.
 */
final class Tickets {

  private static final long REMEMBERED_NANOS = Duration.ofMinutes(1).toNanos();
  private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

  private record Remembered(Subject subject, long untilNanos) {}

  private final @Nullable Subject given;
  private final @Nullable Path cache;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Remembered remembered; // guarded by lock

  private Tickets(@Nullable Subject given, @Nullable Path cache) {
    this.given = given;
    this.cache = cache;
  }

  static Tickets of(Subject subject) {
    return new Tickets(subject, null);
  }

  /**
   * @param cache null: the one that KRB5CCNAME or the system names
   */
  static Tickets ofCache(@Nullable Path cache) {
    return new Tickets(null, cache);
  }

  /**
   * Who holds the tickets.
   *
   * @throws LoginException if there are none, or none that is valid
   */
  Subject subject() throws LoginException {
    if (given != null) {
      return given;
    }
    lock.lock();
    try {
      Remembered known = remembered;
      if (known != null && known.untilNanos - System.nanoTime() > 0) {
        return known.subject;
      }
      Subject read = read();
      remembered = new Remembered(read, System.nanoTime() + REMEMBERED_NANOS);
      return read;
    } finally {
      lock.unlock();
    }
  }

  /** The server did not like them: the next connection reads them anew. */
  void forget() {
    lock.lock();
    try {
      remembered = null;
    } finally {
      lock.unlock();
    }
  }

  private Subject read() throws LoginException {
    Map<String, String> options = new HashMap<>();
    options.put("useTicketCache", "true");
    options.put("doNotPrompt", "true");
    if (cache != null) {
      options.put("ticketCache", cache.toString());
    }
    AppConfigurationEntry entry =
        new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options);
    Configuration configuration =
        new Configuration() {
          @Override
          public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            return new AppConfigurationEntry[] {entry};
          }
        };
    LoginContext login = new LoginContext("argyle-client", null, null, configuration);
    login.login();
    return login.getSubject();
  }

  /** For messages. */
  @Override
  public String toString() {
    if (given != null) {
      return "the subject's credentials";
    }
    return cache == null ? "the default ticket cache" : "ticket cache " + cache;
  }
}
