package dev.argyle.server.config;

import dev.argyle.wire.TextProtocol;
import java.util.List;

/** The credential dissectors. {@code Keys} has the meaning of each component. */
public record Dissectors(boolean enabled, List<TextProtocol> protocols, Secrets secrets) {

  /** How passwords are logged. */
  public enum Secrets {
    MASKED,
    FULL
  }

  public Dissectors {
    protocols = List.copyOf(protocols);
  }
}
