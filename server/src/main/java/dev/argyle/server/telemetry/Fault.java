package dev.argyle.server.telemetry;

/** Whose doing a connection's end was. */
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
