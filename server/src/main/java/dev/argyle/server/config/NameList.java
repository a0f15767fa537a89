package dev.argyle.server.config;

/**
 * A file that rules go by: names or networks, which they name as {@code @NAME}, or {@link
 * Countries}.
 *
 * @param file its path; empty: none was given, which is a problem of its own
 */
public record NameList(String file, Format format, Refresh refresh) {

  /** What a line of the file is. */
  public enum Format {
    /** An address and names behind it, as in /etc/hosts; each name stands for itself alone. */
    HOSTS,
    /** A name, which stands for itself and every name below; with {@code *.} only for those. */
    DOMAINS,
    /** A network, or an address. */
    NETWORKS,
    /** A database of countries, which has no lines: of {@link Countries} alone. */
    COUNTRIES;

    /** What {@code lists} may have. */
    static final Format[] OF_LISTS = {HOSTS, DOMAINS, NETWORKS};

    /** Whether clients can be told apart by it. */
    public boolean hasNetworks() {
      return this == NETWORKS;
    }
  }

  /** When the file is read again. */
  public enum Refresh {
    /** Soon after it has changed, and when the configuration is read again. */
    ON_CHANGE,
    /** Only when the configuration is read again. */
    ON_RELOAD
  }
}
