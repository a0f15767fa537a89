package dev.argyle.cli.door;

/** A counter, as tables and scripts name it. Each protocol tells some of them. */
public enum Metric {
  OPEN_CONNECTIONS("openConnections", "connections open", false),
  MOST_OPEN_CONNECTIONS("mostOpenConnections", "most connections open", false),
  ACCEPTED_CONNECTIONS("acceptedConnections", "connections accepted", false),
  AUTHENTICATION_ATTEMPTS("authenticationAttempts", "authentication attempts", false),
  CONNECTION_ATTEMPTS("connectionAttempts", "requests", false),
  OCTETS_UP("octetsUp", "relayed from clients", true),
  OCTETS_DOWN("octetsDown", "relayed to clients", true),
  OCTETS("octets", "relayed both ways", true),
  AVERAGE_READ_OCTETS("averageReadOctets", "average read", true),
  AVERAGE_WRITE_OCTETS("averageWriteOctets", "average write", true),
  USERS_CONNECTED("usersConnected", "users connected", false),
  USERS("users", "users", false),
  REFUSED("refused", "clients and requests refused", false);

  private final String key;
  private final String words;
  private final boolean octets;

  Metric(String key, String words, boolean octets) {
    this.key = key;
    this.words = words;
    this.octets = octets;
  }

  /** For scripts; never changes. */
  public String key() {
    return key;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Whether it counts octets. */
  public boolean isOctets() {
    return octets;
  }
}
