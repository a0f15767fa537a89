package dev.argyle.server.telemetry;

/**
 * What rises and falls, one line each: it is read where it lives when somebody asks ({@link
 * Gauges}), so it costs nothing else. {@code /metrics} and the manual's table take it from here. A
 * limit stands behind what it limits.
 */
public enum Gauge {
  CONNECTIONS_OPEN("connections_open", "open connections", "SOCKS connections that are open."),
  CONNECTIONS_MOST(
      "connections_open_most",
      "most open connections",
      "The most SOCKS connections that were open at once since the start."),
  CONNECTIONS_LIMIT("connections_limit", "connection limit", "socks.max-connections."),
  HANDSHAKES_OPEN(
      "handshakes_open", "handshakes under way", "Open connections that made no request yet."),
  HANDSHAKES_LIMIT("handshakes_limit", "handshake limit", "socks.max-unauthenticated."),
  USERS_CONNECTED(
      "users_connected", "users connected", "Users that have made a request and are connected."),
  ACCOUNTS("accounts", "accounts", "Accounts, users of this run included."),
  ACCOUNTS_LIMITED(
      "accounts_limited",
      "accounts with limits",
      "Accounts with attributes that are in use, or were until lately."),
  PENALTIES(
      "penalties",
      "penalties",
      "Sources with a penalty; some that have expired since they were last looked at included."),
  DOOR_MASS("door_connections", "door", "mass", "connections at MASS", "Open there now."),
  DOOR_FEED("door_connections", "door", "feed", "connections at FEED", "Open there now."),
  DOOR_HTTP("door_connections", "door", "http", "connections at HTTP", "Open there now."),
  EVENT_LISTENERS("event_listeners", "event listeners", "Clients that listen to /api/v1/events."),
  EVENT_LISTENERS_LIMIT("event_listeners_limit", "event listener limit", "In all; fixed."),
  LOGINS_WAITING(
      "logins_waiting",
      "kind",
      "password",
      "passwords waiting",
      "Logins that wait for their source's turn to have a password hashed."),
  COSTLY_LOGINS_WAITING(
      "logins_waiting",
      "kind",
      "costly-password",
      "costly passwords waiting",
      "Logins that wait for the one turn for imported hashes that cost more."),
  TOKENS_WAITING(
      "logins_waiting",
      "kind",
      "gssapi-token",
      "tokens waiting",
      "GSSAPI clients that wait for their source's turn to have a token looked at."),
  OUTSIDE_LOGINS_WAITING(
      "logins_waiting",
      "kind",
      "outside",
      "outside logins waiting",
      "Logins that wait for their source's turn to be asked about outside."),
  HASHES_WAITING(
      "hashes_waiting", "hashes waiting", "Password hashes that wait for a thread, at any door."),
  HASHES_LIMIT("hashes_limit", "hashes at once", "Password hashes that may run at the same time."),
  DNS_OPEN(
      "dns_questions_open",
      "DNS questions open",
      "Questions without an answer, under way or waiting for a turn."),
  DNS_UNDER_WAY(
      "dns_questions_under_way", "DNS questions under way", "Questions that have their turn."),
  DNS_LIMIT("dns_questions_limit", "DNS question limit", "dns.max-questions."),
  DNS_WAITING(
      "dns_questions_waiting",
      "DNS questions waiting",
      "Of questions, those of askers that have all their turns, or while nobody has any left."),
  DNS_ASKERS("dns_askers", "DNS askers", "Users and sources that have turns or wait for some."),
  DNS_CACHE("dns_cache_entries", "DNS cache entries", "Answers that are kept, of one family each."),
  DNS_CACHE_LIMIT(
      "dns_cache_entries_limit", "DNS cache limit", "Twice dns.cache-entries: for two families."),
  UDP_ASSOCIATIONS("udp_associations_open", "UDP associations open", "UDP associations now."),
  UDP_ASSOCIATIONS_LIMIT(
      "udp_associations_limit", "UDP association limit", "socks.udp.max-associations."),
  BINDS_WAITING("binds_waiting", "BINDs waiting", "BIND requests that wait for their peer."),
  BINDS_LIMIT("binds_limit", "BIND limit", "socks.bind.max-waiting."),
  HELD_HEAP(
      "held_bytes",
      "place",
      "heap",
      "held on the heap",
      "What readers have not taken and waits on the heap."),
  HELD_HANDSHAKES(
      "held_bytes",
      "place",
      "handshakes",
      "held of handshakes",
      "What clients without a tunnel have sent ahead."),
  HELD_PIPES(
      "held_bytes",
      "place",
      "pipes",
      "pipes lent",
      "Capacity of the pipes that tunnels use for splice(2)."),
  HELD_HEAP_LIMIT(
      "held_limit_bytes", "place", "heap", "heap bound", "What may wait on the heap in all."),
  HELD_HANDSHAKES_LIMIT(
      "held_limit_bytes",
      "place",
      "handshakes",
      "handshake bound",
      "What may be sent ahead in all."),
  HELD_PIPES_LIMIT(
      "held_limit_bytes", "place", "pipes", "pipe bound", "Capacity of pipes that may be made."),
  LOG_LINES_WAITING(
      "log_lines_waiting",
      "log lines waiting",
      "Lines of the access log and the security log that are not written yet."),
  LOG_LINES_LIMIT(
      "log_lines_limit", "log line limit", "Lines that may wait; further ones are dropped."),
  HISTORY("history_bytes", "history", "Bytes of the files that hold ended connections."),
  HISTORY_LIMIT(
      "history_limit_bytes", "history limit", "history.max-size; beyond it the oldest go first."),
  DESCRIPTORS_OPEN("descriptors_open", "open descriptors", "File descriptors of the process."),
  DESCRIPTORS_LIMIT(
      "descriptors_limit", "descriptor limit", "File descriptors that the process may have."),
  HEAP("heap_bytes", "heap", "Java heap in use, garbage included."),
  HEAP_LIMIT("heap_limit_bytes", "heap limit", "The most that the Java heap may take."),
  DIRECT_MEMORY("direct_memory_bytes", "direct memory", "Memory of direct buffers."),
  RESIDENT("resident_bytes", "resident memory", "Memory of the process that is in RAM."),
  CERTIFICATE_EXPIRY(
      "certificate_expiry_timestamp_seconds",
      "certificate expiry",
      "When the certificate of management.http.tls expires, in seconds since 1970.");

  private final Series series;
  private final String words;
  private final String meaning;

  Gauge(String family, String words, String meaning) {
    this(new Series(family, null, null), words, meaning);
  }

  /** One of several gauges of a family, which the value of a label tells apart. */
  Gauge(String family, String label, String value, String words, String meaning) {
    this(new Series(family, label, value), words, meaning);
  }

  Gauge(Series series, String words, String meaning) {
    this.series = series;
    this.words = words;
    this.meaning = meaning;
  }

  /** What lasts when the words change. */
  public Series series() {
    return series;
  }

  /** The name in {@code /metrics}, with its label. */
  public String metric() {
    return series.written("");
  }

  /** A few words for a page or a screen. */
  public String words() {
    return words;
  }

  /** What exactly is told, one sentence. */
  public String meaning() {
    return meaning;
  }
}
