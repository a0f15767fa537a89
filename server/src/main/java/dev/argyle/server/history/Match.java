package dev.argyle.server.history;

import dev.argyle.server.config.Network;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A query, made ready for the entries of one file: they are compared as octets. Immutable. */
final class Match {

  private static final String SUFFIX = "*.";

  private final HistoryQuery query;
  private final int reason;
  private final byte @Nullable [] user;
  private final byte @Nullable [] network;
  private final int prefix;
  private final byte @Nullable [] host;
  private final boolean below;

  private Match(HistoryQuery query, int reason) {
    this.query = query;
    this.reason = reason;
    this.user = query.user() == null ? null : Text.encoded(query.user());
    Network client = query.client();
    this.network = client == null ? null : client.address().getAddress();
    this.prefix = client == null ? 0 : client.prefix();
    String destination = query.destination();
    this.below = destination != null && destination.startsWith(SUFFIX);
    this.host = destination == null ? null : Text.encoded(host(destination, below));
  }

  private static String host(String destination, boolean below) {
    String name = lowerCase(destination);
    name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return below ? name.substring(SUFFIX.length() - 1) : name; // with its dot
  }

  /** Of ASCII alone: the others stand for octets. */
  private static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i < lower.length(); i++) {
      char unit = lower.charAt(i);
      if (unit >= 'A' && unit <= 'Z') {
        lower.setCharAt(i, (char) (unit + ('a' - 'A')));
      }
    }
    return lower.toString();
  }

  /** Null: no entry of such a file can match. */
  static @Nullable Match of(HistoryQuery query, FileHeader header) {
    int reason =
        query.reason() == null ? HistoryQuery.ANY : header.reasons().indexOf(query.reason());
    return query.reason() != null && reason < 0 ? null : new Match(query, reason);
  }

  /** Whether a piece may have an entry of the time that is asked for. */
  boolean mayBeIn(HistoryFile.Piece piece) {
    return piece.latest() >= query.fromMillis() && piece.earliest() < query.toMillis();
  }

  boolean matches(EntryView entry) {
    return entry.endMillis() >= query.fromMillis()
        && entry.endMillis() < query.toMillis()
        && is(reason, entry.reason())
        && is(query.port(), entry.port())
        && is(query.rule(), entry.rule())
        && is(query.reply(), entry.reply())
        && (query.command() == null || query.command().code() == entry.command())
        && entry.octetsMoved() >= query.minOctets()
        && entry.durationMillis() >= TimeUnit.SECONDS.toMillis(query.minDurationSeconds())
        && isOfUser(entry)
        && (network == null || entry.isFrom(network, prefix))
        && (host == null || entry.isTo(host, below));
  }

  private boolean isOfUser(EntryView entry) {
    if (HistoryQuery.NOBODY.equals(query.user())) {
      return entry.isAnonymous();
    }
    return user == null || entry.isUser(user);
  }

  private static boolean is(int wanted, int found) {
    return wanted == HistoryQuery.ANY || wanted == found;
  }
}
