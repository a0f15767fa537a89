package dev.argyle.server.telemetry;

/** Which listener a client used: SOCKS or a management protocol. */
public enum Door {
  SOCKS("socks"),
  MASS("mass"),
  FEED("feed"),
  BOTTLER("bottler"),
  HTTP("http");

  private final String word;

  Door(String word) {
    this.word = word;
  }

  /** As the security log writes it. */
  public String word() {
    return word;
  }
}
