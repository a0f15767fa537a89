package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The access log.
 *
 * @param access {@code stdout}, a file, or null for none
 * @param security {@code stderr} or a file: failed authentications, for fail2ban
 */
public record Log(@Nullable String access, String security, Format format) {

  /** How a line is written. */
  public enum Format {
    TAB,
    JSON
  }

  static Log defaults() {
    return new Log("stdout", "stderr", Format.TAB);
  }
}
