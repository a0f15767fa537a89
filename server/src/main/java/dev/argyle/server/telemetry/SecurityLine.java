package dev.argyle.server.telemetry;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The security log's lines, made so that a regular expression anchored at both ends cannot be
 * deceived: foreign text stands between quotes and holds none. Belongs to the log's thread.
 */
final class SecurityLine implements LogWriter.Format<SecurityEvent> {
  private final Timestamps timestamps = new Timestamps();

  @Override
  public void append(SecurityEvent event, StringBuilder out) {
    out.append(timestamps.text(event.timeMillis())).append(" argyle security: ");
    switch (event) {
      case SecurityEvent.AuthenticationFailed failed -> failed(failed, out);
      case SecurityEvent.Refused refused ->
          counted(
              "refused",
              refused.source(),
              refused.why().word(),
              refused.count(),
              refused.door(),
              out);
      case SecurityEvent.HandshakeFailed failed ->
          counted(
              "handshake failed",
              failed.source(),
              failed.why().word(),
              failed.count(),
              failed.door(),
              out);
      case SecurityEvent.SealBroken broken ->
          counted(
              "connection ended",
              broken.source(),
              broken.why().word(),
              broken.count(),
              broken.door(),
              out);
    }
    out.append('\n');
  }

  private static void failed(SecurityEvent.AuthenticationFailed failed, StringBuilder out) {
    out.append("authentication failed user=\"");
    String user = failed.user();
    if (user != null) {
      LogText.escapeQuoted(user, out);
    }
    out.append("\" client=").append(NetUtil.toAddressString(failed.client()));
    out.append(" port=").append(failed.clientPort());
    out.append(" door=").append(failed.door().word());
    String why = failed.why();
    if (why != null) {
      out.append(" reason=\"");
      LogText.escapeQuoted(why, out);
      out.append('"');
    }
  }

  private static void counted(
      String what,
      @Nullable InetAddress source,
      String why,
      long count,
      Door door,
      StringBuilder out) {
    out.append(what).append(" client=");
    out.append(source == null ? "-" : NetUtil.toAddressString(source));
    out.append(" reason=").append(why);
    out.append(" count=").append(count);
    out.append(" door=").append(door.word());
  }
}
