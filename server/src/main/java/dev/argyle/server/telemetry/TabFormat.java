package dev.argyle.server.telemetry;

import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Command;
import org.jspecify.annotations.Nullable;

/**
 * The tab-separated access log; its first eight fields are those of socks5d(8). A missing value is
 * {@code -}, and a text that is itself a dash is {@code \x2D}. Belongs to the log's thread.
 */
final class TabFormat implements LogWriter.Format<AccessEntry> {
  private static final char TAB = '\t';
  private static final String NONE = "-";

  private final Timestamps timestamps = new Timestamps();

  @Override
  public void append(AccessEntry entry, StringBuilder out) {
    switch (entry) {
      case EndedConnection ended -> connection(ended, out);
      case FoundCredential found -> credential(found, out);
    }
    out.append('\n');
  }

  private void connection(EndedConnection ended, StringBuilder out) {
    Command command = ended.command();
    out.append(timestamps.text(ended.endMillis())).append(TAB);
    field(ended.user(), out).append(TAB).append('A').append(TAB);
    out.append(Addresses.text(ended.client())).append(TAB);
    out.append(ended.clientPort()).append(TAB);
    field(ended.destination(), out).append(TAB);
    out.append(ended.destinationPort()).append(TAB);
    if (ended.reply() == LiveConnection.NO_REPLY) {
      out.append(NONE);
    } else {
      out.append(ended.reply());
    }
    out.append(TAB).append(command == null ? NONE : command.word()).append(TAB);
    out.append(ended.up()).append(TAB).append(ended.down()).append(TAB);
    out.append(ended.durationMillis());
  }

  private void credential(FoundCredential found, StringBuilder out) {
    out.append(timestamps.text(found.timeMillis())).append(TAB);
    field(found.user(), out).append(TAB).append('P').append(TAB);
    field(found.protocol(), out).append(TAB);
    field(found.destination(), out).append(TAB);
    out.append(found.destinationPort()).append(TAB);
    field(found.foundUser(), out).append(TAB);
    field(found.shownPassword(), out);
  }

  private static StringBuilder field(@Nullable String text, StringBuilder out) {
    if (text == null) {
      out.append(NONE);
    } else if (text.equals(NONE)) {
      out.append("\\x2D");
    } else {
      LogText.escape(text, out);
    }
    return out;
  }
}
