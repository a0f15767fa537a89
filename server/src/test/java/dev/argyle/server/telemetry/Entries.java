package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Entries for tests. */
final class Entries {
  static final long TIME = Instant.parse("2026-01-02T03:04:05.999Z").toEpochMilli();
  static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

  private Entries() {}

  static EndedConnection ended(long id) {
    return ended(id, "ana", "example.com");
  }

  static EndedConnection ended(long id, @Nullable String user, @Nullable String destination) {
    return ended(id, user, destination, Ending.of(EndReason.DONE));
  }

  static EndedConnection ended(
      long id, @Nullable String user, @Nullable String destination, Ending ending) {
    return new EndedConnection(
        id,
        TIME - 1_500,
        TIME,
        CLIENT,
        40000,
        user,
        Command.CONNECT,
        destination,
        443,
        0,
        517,
        4096,
        ending,
        null,
        null);
  }

  static FoundCredential found(String foundUser, String password) {
    return new FoundCredential(TIME, "ana", "POP3", "mail.example", 110, foundUser, password);
  }
}
