package dev.argyle.server;

import dev.argyle.server.telemetry.LogText;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The line on standard output that says that the server serves. */
final class ReadyLine {

  private ReadyLine() {}

  /**
   * Scripts wait for a line that begins with {@code ready}; the rest is for people.
   *
   * @param configuration the file that was read; null: none, every setting has its default
   */
  static String of(List<InetSocketAddress> listening, @Nullable Path configuration, Path data) {
    StringBuilder line =
        new StringBuilder("ready: SOCKS 5 on ").append(EndpointsFile.shown(listening));
    String file = configuration == null ? "none" : configuration.toAbsolutePath().toString();
    LogText.escape("; configuration: " + file + "; data: " + data, line); // it stays one line
    return line.toString();
  }
}
