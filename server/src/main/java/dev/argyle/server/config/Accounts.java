package dev.argyle.server.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where accounts are stored, how many there may be, by which clock they live, and who verifies
 * passwords. {@code Keys} has the meaning of each component.
 *
 * @param url null: SQLite in the data directory
 * @param timeZone null: the system's
 * @param authenticate who is asked about a name and a password, in order
 */
public record Accounts(
    @Nullable String url,
    int maxUsers,
    @Nullable ZoneId timeZone,
    List<Authority> authenticate,
    Http http,
    Ldap ldap) {

  /** Who verifies passwords of SOCKS clients. */
  public enum Authority {
    /** The accounts' own passwords. */
    LOCAL,
    /** A service that is asked by HTTP. */
    HTTP,
    /** A directory. */
    LDAP
  }

  /**
   * A service that is asked by HTTP.
   *
   * @param url null only where it is not asked
   * @param ca authorities in PEM; null: those that Java knows
   * @param remember how long a right password is remembered at most; zero: not at all
   */
  public record Http(
      @Nullable String url,
      @Nullable String ca,
      @Nullable String secretFile,
      Duration timeout,
      Duration remember,
      int maxConcurrent) {}

  /**
   * A directory that is asked by LDAP.
   *
   * @param url null only where it is not asked
   * @param ca authorities in PEM; null: those that Java knows
   * @param user the name to bind as, with {@code {name}}; null: it is searched for
   * @param plans by the name of a group, in the order of the file
   * @param remember how long a right password is remembered at most; zero: not at all
   */
  public record Ldap(
      @Nullable String url,
      boolean startTls,
      boolean clearText,
      @Nullable String ca,
      @Nullable String user,
      @Nullable String searchBase,
      String searchFilter,
      @Nullable String searchBind,
      @Nullable String searchPasswordFile,
      @Nullable String groupsBase,
      String groupsFilter,
      String groupsAttribute,
      Map<String, String> plans,
      boolean membersOnly,
      Duration timeout,
      Duration remember,
      int maxConcurrent) {}

  public Accounts {
    authenticate = List.copyOf(authenticate);
  }

  /** By the system's clock, with passwords of their own alone, and every other default. */
  public Accounts(@Nullable String url, int maxUsers) {
    this(url, maxUsers, null);
  }

  /** As above, by another clock. */
  public Accounts(@Nullable String url, int maxUsers, @Nullable ZoneId timeZone) {
    this(
        url,
        maxUsers,
        timeZone,
        List.of(Authority.LOCAL),
        Configuration.defaults().accounts().http(),
        Configuration.defaults().accounts().ldap());
  }

  /** The time zone in which hours hold and periods begin. */
  public ZoneId zone() {
    return timeZone == null ? ZoneId.systemDefault() : timeZone;
  }

  /** Whether somebody besides the accounts themselves is asked. */
  public boolean asksOutside() {
    return !authenticate.equals(List.of(Authority.LOCAL));
  }
}
