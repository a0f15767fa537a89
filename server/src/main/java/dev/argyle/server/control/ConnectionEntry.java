package dev.argyle.server.control;

import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, open or ended.
 *
 * @param endMillis since 1970; 0 while open
 * @param up payload octets from the client
 * @param reply REP of SOCKS; {@link #NONE} before there was one
 * @param command CMD of SOCKS; 0 before a request came, and for one that is none
 * @param user null: did not authenticate
 * @param destination host as the client wrote it; null before a request came
 * @param destinationPort 0 before a request came
 * @param rule which rule decided about the request; null: none was asked
 * @param outgoing the local address that it leaves by; null: none yet, or not kept
 * @param idleSeconds for which no payload has passed; 0 once it has ended
 */
public record ConnectionEntry(
    long id,
    long startMillis,
    long endMillis,
    long up,
    long down,
    int reply,
    int command,
    @Nullable UserName user,
    InetAddress client,
    int clientPort,
    @Nullable String destination,
    int destinationPort,
    @Nullable RuleRef rule,
    @Nullable InetAddress outgoing,
    long idleSeconds) {

  /** No reply was sent. */
  public static final int NONE = 0xFF;

  /**
   * An open one.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  public static ConnectionEntry of(LiveConnection open, long nowNanos) {
    Command command = open.command(); // first: what belongs to it is visible then
    return new ConnectionEntry(
        open.id(),
        open.startMillis(),
        0,
        open.up(),
        open.down(),
        reply(open.reply()),
        code(command),
        name(open.user()),
        open.client(),
        open.clientPort(),
        open.destination(),
        open.destinationPort(),
        open.rule(),
        open.outgoing(),
        TimeUnit.NANOSECONDS.toSeconds(open.idleNanos(nowNanos)));
  }

  static ConnectionEntry of(EndedConnection ended) {
    return new ConnectionEntry(
        ended.id(),
        ended.startMillis(),
        ended.endMillis(),
        ended.up(),
        ended.down(),
        reply(ended.reply()),
        code(ended.command()),
        name(ended.user()),
        ended.client(),
        ended.clientPort(),
        ended.destination(),
        ended.destinationPort(),
        ended.rule(),
        ended.outgoing(),
        0);
  }

  private static int reply(int reply) {
    return reply == LiveConnection.NO_REPLY ? NONE : reply;
  }

  private static int code(@Nullable Command command) {
    return command == null ? 0 : command.code();
  }

  private static @Nullable UserName name(@Nullable String text) {
    return text == null ? null : UserName.of(text);
  }
}
