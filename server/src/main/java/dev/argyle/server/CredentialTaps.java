package dev.argyle.server;

import dev.argyle.server.config.Dissectors;
import dev.argyle.server.dissect.Credential;
import dev.argyle.server.dissect.Dissection;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.relay.Tap;
import dev.argyle.server.session.Taps;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.FoundCredential;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.socks.Command;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plugs the dissectors into the tunnels' taps: neither knows the other. What the server behind a
 * tunnel has accepted becomes a line of the access log, its password masked unless the
 * configuration says otherwise. Safe for any thread.
 */
final class CredentialTaps implements Taps {

  private final RelaySettings settings;
  private final AccessLog log;
  private volatile Dissectors how;

  CredentialTaps(RelaySettings settings, AccessLog log, Dissectors how) {
    this.settings = settings;
    this.log = log;
    this.how = how;
  }

  /** What to look for from now on; whether, is {@link RelaySettings#dissectors}'s. */
  void configure(Dissectors next) {
    how = next;
  }

  @Override
  public @Nullable Tap tap(LiveConnection connection) {
    if (!settings.dissectors() || connection.command() != Command.CONNECT) {
      return null;
    }
    Dissectors now = how;
    boolean inFull = now.secrets() == Dissectors.Secrets.FULL;
    Dissection dissection =
        new Dissection(Set.copyOf(now.protocols()), login -> found(connection, login, inFull));
    return new Looking(dissection);
  }

  private void found(LiveConnection connection, Credential login, boolean inFull) {
    String destination = connection.destination();
    if (!login.accepted() || destination == null) {
      return; // the log has one kind of line for credentials: those that work
    }
    log.offer(
        new FoundCredential(
            System.currentTimeMillis(),
            connection.user(),
            login.protocol(),
            destination,
            connection.destinationPort(),
            login.user(),
            inFull ? login.password() : FoundCredential.MASK));
  }

  /** One tunnel's. */
  private record Looking(Dissection dissection) implements Tap {

    @Override
    public boolean sees(boolean fromClient, ByteBuffer octets) {
      return dissection.take(fromClient, octets);
    }
  }
}
