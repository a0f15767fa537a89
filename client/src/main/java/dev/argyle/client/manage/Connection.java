package dev.argyle.client.manage;

import dev.argyle.wire.Destination;
import dev.argyle.wire.UserName;
import dev.argyle.wire.feed.FeedRecord;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * A client's connection to the SOCKS side, open or ended.
 *
 * @param id ascending with time
 * @param end empty while open
 * @param octetsUp payload from the client
 * @param octetsDown payload to the client
 * @param reply REP of SOCKS (RFC 1928, section 6); {@link #NO_REPLY} before there was one
 * @param command CMD of SOCKS: 1 CONNECT, 2 BIND, 3 UDP ASSOCIATE; 0 before there was a request
 * @param user empty: did not authenticate
 * @param destination what was asked for; 0.0.0.0:0 before there was a request
 * @param outgoing the server's own address that it leaves by; empty: not known, which HTTP alone
 *     tells
 */
public record Connection(
    long id,
    Instant start,
    Optional<Instant> end,
    long octetsUp,
    long octetsDown,
    int reply,
    int command,
    Optional<UserName> user,
    Destination source,
    Destination destination,
    Optional<InetAddress> outgoing) {

  /** As the protocols tell that do not have the address that it leaves by. */
  public Connection(
      long id,
      Instant start,
      Optional<Instant> end,
      long octetsUp,
      long octetsDown,
      int reply,
      int command,
      Optional<UserName> user,
      Destination source,
      Destination destination) {
    this(
        id,
        start,
        end,
        octetsUp,
        octetsDown,
        reply,
        command,
        user,
        source,
        destination,
        Optional.empty());
  }

  /** What {@link #reply} is before the server has answered the client. */
  public static final int NO_REPLY = 0xFF;

  static Connection of(FeedRecord told) {
    return new Connection(
        told.id(),
        Instant.ofEpochMilli(told.startMillis()),
        told.endMillis() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(told.endMillis())),
        told.octetsUp(),
        told.octetsDown(),
        told.reply(),
        told.command(),
        Optional.ofNullable(told.user()),
        told.source(),
        told.destination());
  }
}
