package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Command;
import java.util.Objects;

/**
 * Everything that is counted, one line each: identity, words for people, meaning. The management
 * protocols, {@code /metrics} and the manual's table take it from here. A counter only grows, and
 * starts at 0 with the process.
 */
public enum Counter {
  CONNECTIONS_ACCEPTED(
      "connections", "connections accepted", "Clients admitted, whatever happened to them later."),
  REFUSED_TOO_MANY(
      "refused",
      "reason",
      "too-many",
      "refused: too many",
      "Clients closed at accept: max-connections is reached, or a door's 256."),
  REFUSED_EARLY_DROP(
      "refused",
      "reason",
      "early-drop",
      "refused: early drop",
      "Clients closed at accept, at random: max-unauthenticated is reached, or a door's 128."),
  REFUSED_SOURCE_TOO_MANY(
      "refused",
      "reason",
      "too-many-of-source",
      "refused: too many of a source",
      "Clients closed at accept: their source has max-connections-per-source, or a door's 128."),
  REFUSED_USER_TOO_MANY(
      "refused",
      "reason",
      "too-many-of-user",
      "refused: too many of a user",
      "Requests refused: their user has max-connections-per-user."),
  REFUSED_ACCOUNT_EXPIRED(
      "refused",
      "reason",
      "account-expired",
      "refused: account expired",
      "Requests refused: their account has expired."),
  REFUSED_ACCOUNT_HOURS(
      "refused",
      "reason",
      "account-hours",
      "refused: outside of hours",
      "Requests refused: they came outside of their account's hours."),
  REFUSED_ACCOUNT_FROM(
      "refused",
      "reason",
      "account-from",
      "refused: address not allowed",
      "Requests refused: their account may not be used from their client's address."),
  REFUSED_ACCOUNT_FULL(
      "refused",
      "reason",
      "account-full",
      "refused: account full",
      "Requests refused: their account has its connections, associations or addresses."),
  REFUSED_ACCOUNT_OPENS(
      "refused",
      "reason",
      "account-opens",
      "refused: too many a second",
      "Requests refused: their account opened more a second than opens.rate."),
  REFUSED_ACCOUNT_QUOTA(
      "refused",
      "reason",
      "account-quota",
      "refused: quota spent",
      "Requests refused: the quota of their account is spent."),
  REFUSED_SOURCE_EARLY_DROP(
      "refused",
      "reason",
      "early-drop-of-source",
      "refused: early drop of a source",
      "Clients closed at accept, at random: their source has more than its share of handshakes."),
  LOGINS_SLOWED(
      "logins_slowed",
      "logins slowed",
      "Logins that had to wait, or came in vain, since their source has a penalty."),
  OUTSIDE_LOGINS(
      "outside_logins",
      "logins asked outside",
      "Questions to accounts.http or accounts.ldap about a login."),
  OUTSIDE_LOGINS_UNKNOWN(
      "outside_logins_unknown",
      "logins unknown outside",
      "Such questions without an answer of use: away, late, or nonsense."),
  REFUSED_PENALISED(
      "refused",
      "reason",
      "penalised",
      "refused: penalised",
      "Clients closed at accept: their source is penalised."),
  PENALTIES_FORGIVEN(
      "penalties_forgiven",
      "penalties forgiven",
      "Penalties that an administrator has dropped before they expired."),
  REFUSED_MEMORY(
      "refused",
      "reason",
      "memory",
      "refused: memory",
      "Clients closed in their handshake: what clients send ahead filled its part of the heap."),
  AUTHENTICATION_ATTEMPTS(
      "authentication_attempts",
      "authentication attempts",
      "Credentials checked on the SOCKS side, right or wrong."),
  AUTHENTICATION_FAILURES(
      "authentication_failures", "authentication failures", "Credentials found wrong."),
  CONNECT_REQUESTS(
      "requests", "command", "connect", "CONNECT requests", "Requests, successful or not."),
  BIND_REQUESTS("requests", "command", "bind", "BIND requests", "Requests, successful or not."),
  UDP_REQUESTS(
      "requests", "command", "udp", "UDP ASSOCIATE requests", "Requests, successful or not."),
  OTHER_REQUESTS(
      "requests", "command", "unknown", "other requests", "Requests with an unknown command."),
  REPLY_00("replies", "rep", "00", "replies 00", "Requests answered X'00': succeeded."),
  REPLY_01("replies", "rep", "01", "replies 01", "Requests answered X'01': general failure."),
  REPLY_02(
      "replies", "rep", "02", "replies 02", "Requests answered X'02': not allowed by ruleset."),
  REPLY_03("replies", "rep", "03", "replies 03", "Requests answered X'03': network unreachable."),
  REPLY_04("replies", "rep", "04", "replies 04", "Requests answered X'04': host unreachable."),
  REPLY_05("replies", "rep", "05", "replies 05", "Requests answered X'05': connection refused."),
  REPLY_06("replies", "rep", "06", "replies 06", "Requests answered X'06': TTL expired."),
  REPLY_07("replies", "rep", "07", "replies 07", "Requests answered X'07': command not supported."),
  REPLY_08(
      "replies", "rep", "08", "replies 08", "Requests answered X'08': address type not supported."),
  OCTETS_UP(
      "payload_bytes",
      "direction",
      "up",
      "bytes up",
      "Payload received from clients, without handshakes."),
  OCTETS_DOWN(
      "payload_bytes",
      "direction",
      "down",
      "bytes down",
      "Payload sent to clients, without handshakes."),
  RELAY_READS("relay_reads", "relay reads", "Reads by the relay that moved data."),
  RELAY_READ_OCTETS("relay_read_bytes", "relay bytes read", "Bytes moved by these reads."),
  RELAY_WRITES("relay_writes", "relay writes", "Writes by the relay that moved data."),
  RELAY_WRITE_OCTETS("relay_write_bytes", "relay bytes written", "Bytes moved by these writes."),
  CAREFUL_READS(
      "careful_reads",
      "careful reads",
      "Reads by the relay of little, or twice: what readers had not taken filled its part of the"
          + " heap."),
  PIPE_SHORTAGES(
      "pipe_shortages",
      "pipe shortages",
      "Times that data was copied since no pipe was left for splice(2)."),
  SPLICE_TUNNELS(
      "tunnels",
      "relay",
      "splice",
      "tunnels by splice",
      "Tunnels that were started with splice(2)."),
  BUFFER_TUNNELS(
      "tunnels", "relay", "buffer", "tunnels by buffer", "Tunnels that were started with buffers."),
  RATE_WAITS(
      "rate_waits",
      "waits for a rate",
      "Times that a direction of a tunnel or an association waited for its account's rate."),
  HANDSHAKE_TIMEOUTS(
      "handshake_timeouts",
      "handshake timeouts",
      "Clients that made no request within handshake-timeout."),
  IDLE_TIMEOUTS("idle_timeouts", "idle timeouts", "Connections ended after idle-timeout."),
  RESETS_PASSED_ON(
      "resets_passed_on",
      "resets passed on",
      "Tunnels where a reset from one side was passed on to the other."),
  DESCRIPTOR_SHORTAGES(
      "descriptor_shortages",
      "descriptor shortages",
      "Accepts, sockets or pipes that failed for lack of descriptors."),
  BINDS_REFUSED(
      "binds_refused", "BINDs refused", "Requests beyond bind.max-waiting or bind.max-per-user."),
  UDP_ASSOCIATIONS_REFUSED(
      "udp_associations_refused",
      "UDP associations refused",
      "Requests beyond udp.max-associations or udp.max-per-user."),
  UDP_DATAGRAMS_UP(
      "udp_datagrams", "direction", "up", "UDP datagrams up", "Datagrams relayed from clients."),
  UDP_DATAGRAMS_DOWN(
      "udp_datagrams", "direction", "down", "UDP datagrams down", "Datagrams relayed to clients."),
  UDP_DATAGRAMS_DROPPED(
      "udp_datagrams_dropped",
      "UDP datagrams dropped",
      "Datagrams lost in the relay for any reason: the sum of the following counters."),
  UDP_DROPPED_WRONG_SOURCE(
      dropped("wrong-source"),
      "UDP dropped: wrong source",
      "Sent to a client's relay from another address or port than the client's."),
  UDP_DROPPED_MALFORMED(
      dropped("malformed"),
      "UDP dropped: malformed",
      "From clients, with an invalid header, or to port 0."),
  UDP_DROPPED_SEAL(
      dropped("seal"),
      "UDP dropped: seal",
      "From GSSAPI clients: not wrapped as agreed, changed, or repeated."),
  UDP_DROPPED_DENIED(
      dropped("denied"),
      "UDP dropped: denied",
      "From clients, to destinations that the rules deny."),
  UDP_DROPPED_UNRESOLVED(
      dropped("unresolved"),
      "UDP dropped: unresolved",
      "From clients, to names without an address, or that were not resolved in time."),
  UDP_DROPPED_QUEUE_FULL(
      dropped("queue-full"),
      "UDP dropped: queue full",
      "From clients, to a name that is being resolved: too many wait for it, or too many names."),
  UDP_DROPPED_SHARE_FULL(
      dropped("share-full"),
      "UDP dropped: share full",
      "From clients, fragments or to new names: more than the user's share of memory."),
  UDP_DROPPED_MEMORY_FULL(
      dropped("memory-full"),
      "UDP dropped: memory full",
      "From clients, fragments or to new names: too little memory is left for other users."),
  UDP_DROPPED_FRAGMENTS(
      dropped("fragments"),
      "UDP dropped: fragments",
      "Fragments out of order, repeated, too late, or of an abandoned sequence."),
  UDP_DROPPED_TOO_BIG(
      dropped("too-big"),
      "UDP dropped: too big",
      "Longer than a datagram may be, with its header or after reassembly."),
  UDP_DROPPED_STRANGER(
      dropped("stranger"),
      "UDP dropped: stranger",
      "From remotes that the client had not sent to."),
  UDP_DROPPED_WOULD_BLOCK(
      dropped("would-block"),
      "UDP dropped: would block",
      "Not accepted by the system at once: its send buffer was full."),
  UDP_DROPPED_NO_SOCKET(
      dropped("no-socket"),
      "UDP dropped: no socket",
      "From clients: no socket towards the remote could be opened."),
  UDP_DROPPED_UNREACHABLE(
      dropped("unreachable"),
      "UDP dropped: unreachable",
      "Refused by the system, for example because there is no route."),
  UDP_DESTINATIONS_FORGOTTEN(
      "udp_destinations_forgotten",
      "UDP destinations forgotten",
      "Destinations and remotes that an association forgot to make room for others."),
  UDP_ICMP_ERRORS(
      "udp_icmp_errors",
      "UDP ICMP errors",
      "ICMP errors reported to the relay; they have no effect."),
  DIAL_ATTEMPTS_CUT_SHORT(
      "dial_attempts_cut_short",
      "dial attempts cut short",
      "Connects given up for another address of the same destination: 4 were under way."),
  EGRESS_SET_ASIDE(
      "egress_set_aside",
      "egress addresses set aside",
      "Times that an address of an egress was not there, and was set aside for 30 s."),
  EGRESS_PORTS_USED_UP(
      "egress_ports_used_up",
      "egress addresses without a port",
      "Times that an address had no port left for a destination; the next address was tried."),
  EGRESS_STICKY_FULL(
      "egress_sticky_full",
      "sticky addresses without a place",
      "Times that the table of an egress was full, and the address followed from the name alone."),
  DNS_QUESTIONS(
      "dns_questions",
      "DNS questions",
      "Queries sent to DNS servers: two for a name, one for each address family."),
  DNS_QUESTIONS_DELAYED(
      "dns_questions_delayed",
      "DNS questions delayed",
      "Questions that waited for a turn: dns.max-per-source or dns.max-questions was reached."),
  DNS_QUESTIONS_REFUSED(
      "dns_questions_refused",
      "DNS questions refused",
      "Questions that failed: too many waited, or no turn came within dns.question-timeout."),
  DNS_QUESTIONS_ABANDONED(
      "dns_questions_abandoned",
      "DNS questions abandoned",
      "Questions that ended without an answer, since nobody waited for it any more."),
  DNS_CACHE_HITS(
      "dns_cache_hits",
      "DNS cache hits",
      "Queries answered from the cache: two for a name, one for each address family."),
  MANAGEMENT_DATAGRAMS_DROPPED(
      "management_datagrams_dropped",
      "management datagrams dropped",
      "Bottler datagrams without an answer: malformed, wrong token, or too many."),
  EVENT_LISTENERS_REFUSED(
      "event_listeners_refused",
      "event listeners refused",
      "Requests for /api/v1/events refused: 1,024 listen already, or 64 of the source."),
  EVENT_LISTENERS_DROPPED(
      "event_listeners_dropped",
      "event listeners dropped",
      "Listeners of /api/v1/events that did not read, and were disconnected."),
  HTTP_REQUESTS(
      "http_requests", "HTTP requests", "Requests at the HTTP door, whatever the answer."),
  HTTP_REQUESTS_REFUSED(
      "http_requests_refused",
      "HTTP requests refused",
      "Requests at the HTTP door beyond a limit: a body too long, or too much at once."),
  HTTP_MALFORMED(
      "http_malformed", "HTTP malformed", "Octets at the HTTP door that are no valid request."),
  HTTP_TIMEOUTS(
      "http_timeouts",
      "HTTP timeouts",
      "Requests at the HTTP door that did not come whole within 10 s."),
  LOG_LINES_DROPPED(
      "log_lines_dropped",
      "log lines dropped",
      "Lines of the access or security log, or of the server's own messages, that were lost:"
          + " queue full, or not writable."),
  HISTORY_DROPPED(
      "history_dropped",
      "history entries dropped",
      "Ended connections that the history on disk lacks: too many at once, or not writable."),
  USAGE_DROPPED(
      "usage_dropped",
      "usage entries dropped",
      "Times that octets or connections were not added to a user's usage: not writable for long."),
  BUGS("bugs", "bugs", "Failures of Argyle itself that ended a connection; each is logged.");

  private final Series series;
  private final String words;
  private final String meaning;

  Counter(String family, String words, String meaning) {
    this(new Series(family, null, null), words, meaning);
  }

  /** One of several counters of a family, which the value of a label tells apart. */
  Counter(String family, String label, String value, String words, String meaning) {
    this(new Series(family, label, value), words, meaning);
  }

  /** Datagrams that were dropped for a reason. */
  private static Series dropped(String reason) {
    return new Series("udp_dropped", "reason", reason);
  }

  Counter(Series series, String words, String meaning) {
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
    return series.written("_total");
  }

  /** A few words for a page or a screen. */
  public String words() {
    return words;
  }

  /** What exactly is counted, one sentence. */
  public String meaning() {
    return meaning;
  }

  /** The counter of a reply code, 0 to 8: we send no other (RFC 1928, section 6). */
  public static Counter reply(int code) {
    return BY_REPLY[Objects.checkIndex(code, BY_REPLY.length)];
  }

  private static final Counter[] BY_REPLY = {
    REPLY_00, REPLY_01, REPLY_02, REPLY_03, REPLY_04, REPLY_05, REPLY_06, REPLY_07, REPLY_08
  };

  /** The counter of requests with this command. */
  public static Counter request(Command command) {
    return switch (command) {
      case CONNECT -> CONNECT_REQUESTS;
      case BIND -> BIND_REQUESTS;
      case UDP -> UDP_REQUESTS;
    };
  }
}
