package dev.argyle.server.admission;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whose share of something scarce a request uses: the share of a user at a source. Users behind one
 * address (NAT) do not use up each other's shares, nor do the machines that share an account.
 *
 * @param user null: a client without a name; all of one source have one share
 */
public record Asker(Source source, @Nullable String user) {

  /**
   * @param client where the client connects from
   */
  public static Asker of(InetAddress client, @Nullable String user) {
    return new Asker(Source.of(client), user);
  }
}
