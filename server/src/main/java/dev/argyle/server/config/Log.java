package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The logs of requests and of failed authentications.
 *
 * @param access {@code stdout}, a file, or null for none
 * @param security {@code stderr} or a file, for fail2ban
 */
public record Log(@Nullable String access, String security, Format format) {

  /** How a line is written. */
  public enum Format {
    TAB,
    JSON
  }
}
