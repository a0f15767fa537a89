package dev.argyle.server.telemetry;

/** Who caused a connection's end. */
public enum Fault {
  NOBODY("nobody"),
  CLIENT("client"),
  DESTINATION("destination"),
  SERVER("server"),
  OPERATOR("operator");

  private final String word;

  Fault(String word) {
    this.word = word;
  }

  /** As logs and pages write it. */
  public String word() {
    return word;
  }
}
