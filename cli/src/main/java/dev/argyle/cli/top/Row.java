package dev.argyle.cli.top;

import dev.argyle.cli.door.Document;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An open connection as the table has it. Text is as the server sent it, to be escaped where it is
 * drawn.
 *
 * @param user {@code -}: has no name
 * @param client address and port
 * @param command in lower case; {@code -} before there was a request
 * @param destination host and port; {@code -} before there was a request
 * @param rule that allowed it; {@code -}: none did, or it is not known
 * @param reply REP of SOCKS; -1 before there was one
 * @param up octets from the client
 * @param down octets to the client
 * @param upRate octets a second
 * @param downRate octets a second
 * @param startedMillis by the server's clock, milliseconds since 1970
 * @param moved when octets were last moved, as far as is known
 */
record Row(
    long id,
    String user,
    String client,
    String command,
    String destination,
    String rule,
    int reply,
    long up,
    long down,
    long upRate,
    long downRate,
    long startedMillis,
    Moment moved) {

  /** A connection as the API has it. */
  static Row of(Document one, Moment now) {
    boolean asked = one.has("command");
    return new Row(
        one.number("id", 0),
        one.text("user", "-"),
        address(one.text("client", "-"), one.number("clientPort", 0)),
        asked ? command(one.text("command", "-")) : "-",
        asked ? address(one.text("destination", "-"), one.number("destinationPort", 0)) : "-",
        one.text("rule", "-"),
        (int) one.number("reply", -1),
        one.number("octetsUp", 0),
        one.number("octetsDown", 0),
        0,
        0,
        millis(one.text("startedAt"), now.wallMillis()),
        now.minusMillis(1_000 * one.number("idleSeconds", 0)));
  }

  private static String address(String host, long port) {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private static String command(String word) {
    return switch (word) {
      case "CONNECT" -> "connect";
      case "BIND" -> "bind";
      case "UDP ASSOCIATE" -> "udp";
      default -> word;
    };
  }

  private static long millis(@Nullable String time, long otherwise) {
    try {
      return time == null ? otherwise : Instant.parse(time).toEpochMilli();
    } catch (DateTimeException malformed) {
      return otherwise;
    }
  }

  /** Octets a second, both ways. */
  long rate() {
    return upRate + downRate;
  }

  /** The same connection with its octets as they are now. */
  Row moved(long nowUp, long nowDown, double seconds, Moment now) {
    return with(
        nowUp,
        nowDown,
        Math.round(Math.max(0, nowUp - up) / seconds),
        Math.round(Math.max(0, nowDown - down) / seconds),
        now);
  }

  /** This one, with the octets of another, so that it can be told what has moved since. */
  Row with(Row before) {
    return with(before.up, before.down, before.upRate, before.downRate, before.moved);
  }

  /** The same, when nothing was moved. */
  Row still() {
    return rate() == 0 ? this : with(up, down, 0, 0, moved);
  }

  private Row with(long newUp, long newDown, long newUpRate, long newDownRate, Moment newMoved) {
    return new Row(
        id,
        user,
        client,
        command,
        destination,
        rule,
        reply,
        newUp,
        newDown,
        newUpRate,
        newDownRate,
        startedMillis,
        newMoved);
  }
}
