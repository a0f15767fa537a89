package dev.argyle.server.telemetry;

import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The security log's lines. Foreign text is between quotes and has none inside, so that it cannot
 * deceive a regular expression that is anchored at both ends. Belongs to the log's thread.
 */
final class SecurityFormat implements LogWriter.Format<SecurityEvent> {
  private final Timestamps timestamps = new Timestamps();

  @Override
  public void append(SecurityEvent event, StringBuilder out) {
    out.append(timestamps.text(event.timeMillis())).append(" argyle security: ");
    switch (event) {
      case SecurityEvent.AuthenticationFailed failed -> failed(failed, out);
      case SecurityEvent.Counted counted -> counted(counted, out);
    }
    out.append('\n');
  }

  private static void failed(SecurityEvent.AuthenticationFailed failed, StringBuilder out) {
    String user = failed.user();
    out.append("authentication failed");
    quoted("user", user == null ? "" : user, out);
    out.append(" client=").append(Addresses.text(failed.client()));
    out.append(" port=").append(failed.clientPort());
    out.append(" door=").append(failed.door().word());
    quoted("reason", failed.why(), out);
  }

  private static void counted(SecurityEvent.Counted counted, StringBuilder out) {
    InetAddress source = counted.source();
    out.append(counted.kind().words()).append(" client=");
    out.append(source == null ? "-" : Addresses.text(source));
    out.append(" reason=").append(counted.reason());
    out.append(" count=").append(counted.count());
    out.append(" door=").append(counted.door().word());
    quoted("detail", counted.detail(), out);
  }

  private static void quoted(String field, @Nullable String text, StringBuilder out) {
    if (text != null) {
      out.append(' ').append(field).append("=\"");
      LogText.escapeQuoted(text, out);
      out.append('"');
    }
  }
}
