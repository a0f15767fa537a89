package dev.argyle.server.telemetry;

/** What a client asked for (RFC 1928, section 4), as it is logged. */
public enum Command {
  CONNECT("connect"),
  BIND("bind"),
  UDP("udp"),
  /** A command that is none; answered X'07'. */
  OTHER("-");

  private final String word;

  Command(String word) {
    this.word = word;
  }

  /** As the access log writes it. */
  public String word() {
    return word;
  }
}
