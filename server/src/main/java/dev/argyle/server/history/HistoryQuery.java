package dev.argyle.server.history;

import dev.argyle.server.config.Network;
import dev.argyle.wire.socks.Command;
import org.jspecify.annotations.Nullable;

/**
 * Which ended connections are looked for: those that fulfil every part that is given.
 *
 * @param fromMillis ended at or after, milliseconds since 1970
 * @param toMillis ended before; {@link Long#MAX_VALUE} for no limit
 * @param user exactly this one, in text form; {@link #NOBODY}: clients without one; null: any
 * @param client the client's address lies in it; null: anywhere
 * @param destination the host, in upper or lower case, or {@code *.suffix} for every name below;
 *     null: any
 * @param port of the destination; {@link #ANY}
 * @param rule the number of the rule that decided; {@link #ANY}
 * @param reply REP of SOCKS; {@link #ANY}
 * @param reason the log's word; null: any
 * @param command null: any
 * @param minOctets up and down together
 * @param minDurationSeconds from accept to end
 */
public record HistoryQuery(
    long fromMillis,
    long toMillis,
    @Nullable String user,
    @Nullable Network client,
    @Nullable String destination,
    int port,
    int rule,
    int reply,
    @Nullable String reason,
    @Nullable Command command,
    long minOctets,
    long minDurationSeconds) {

  /** In the place of a user, as in rules: who has none. */
  public static final String NOBODY = "-";

  /** No such number is asked for. */
  public static final int ANY = -1;

  /** Everything. */
  public static final HistoryQuery ALL =
      new HistoryQuery(0, Long.MAX_VALUE, null, null, null, ANY, ANY, ANY, null, null, 0, 0);

  /** All of one user, in text form. */
  public static HistoryQuery ofUser(String user) {
    return new HistoryQuery(0, Long.MAX_VALUE, user, null, null, ANY, ANY, ANY, null, null, 0, 0);
  }

  /** The same, but not what ended before. */
  HistoryQuery notBefore(long millis) {
    return new HistoryQuery(
        Math.max(fromMillis, millis),
        toMillis,
        user,
        client,
        destination,
        port,
        rule,
        reply,
        reason,
        command,
        minOctets,
        minDurationSeconds);
  }
}
