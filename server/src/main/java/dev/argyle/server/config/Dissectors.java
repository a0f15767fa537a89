package dev.argyle.server.config;

import dev.argyle.wire.TextProtocol;
import java.util.List;

/** The credential dissectors: which protocols, and whether secrets are masked in the log. */
public record Dissectors(boolean enabled, List<TextProtocol> protocols, boolean secretsInFull) {

  public Dissectors {
    protocols = List.copyOf(protocols);
  }

  static Dissectors defaults() {
    return new Dissectors(false, List.of(TextProtocol.values()), false);
  }
}
