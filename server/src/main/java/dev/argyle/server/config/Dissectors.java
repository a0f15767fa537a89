package dev.argyle.server.config;

import java.util.List;

/** The credential dissectors: which protocols, and whether secrets are masked in the log. */
public record Dissectors(boolean enabled, List<Protocol> protocols, boolean secretsInFull) {

  /** What can be recognised. */
  public enum Protocol {
    POP3,
    IMAP,
    SMTP,
    FTP,
    HTTP
  }

  public Dissectors {
    protocols = List.copyOf(protocols);
  }

  static Dissectors defaults() {
    return new Dissectors(false, List.of(Protocol.values()), false);
  }
}
